/// Keeps distinct elements in order.
struct SortedList<Element: Comparable & Sendable>: Sendable {
    /// The elements, the smallest first.
    private(set) var elements: [Element] = []

    /// Adds an element; one that is there already stays alone.
    mutating func insert(_ element: Element) {
        // Most of what is added is the newest of its kind.
        if let last = elements.last, last < element { return elements.append(element) }
        let index = firstIndex(notBelow: element)
        if index < elements.count, elements[index] == element { return }
        elements.insert(element, at: index)
    }

    /// Removes an element; nothing happens when it is not there.
    mutating func remove(_ element: Element) {
        let index = firstIndex(notBelow: element)
        if index < elements.count, elements[index] == element { elements.remove(at: index) }
    }

    /// The index of the first element that is not below `bound`; the count when all are.
    func firstIndex(notBelow bound: Element) -> Int {
        var low = 0
        var high = elements.count
        while low < high {
            let middle = (low + high) / 2
            if elements[middle] < bound { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
