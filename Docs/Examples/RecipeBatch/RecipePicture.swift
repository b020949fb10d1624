/// Draws a recipe: its name, and what its energy comes from.
enum RecipePicture {
    /// The picture as SVG.
    static func svg(of recipe: Recipe) -> String {
        let shares = [
            ("protein", 4 * recipe.protein, "#4a7c59"),
            ("carbohydrates", 4 * recipe.carbohydrates, "#e0a458"),
            ("fat", 9 * recipe.fat, "#a44a3f"),
        ]
        var left = 20
        var parts: [String] = []
        for (name, energy, colour) in shares {
            let width = 360 * energy / max(1, recipe.energy)
            parts.append(
                #"<rect x="\#(left)" y="120" width="\#(width)" height="60" fill="\#(colour)">"#
                    + "<title>\(name): \(energy) kcal</title></rect>")
            left += width
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 220" role="img">
            <rect width="400" height="220" fill="#f7f3ea"/>
            <text x="20" y="60" font-family="sans-serif" font-size="22">\(escaped(recipe.name))</text>
            <text x="20" y="95" font-family="sans-serif" font-size="15">\(escaped(recipe.mealType)), \
            \(recipe.calories) kcal</text>
            \(parts.joined(separator: "\n"))
            </svg>

            """
    }

    /// A text that somebody else wrote, as characters of XML.
    private static func escaped(_ text: String) -> String {
        let allowed = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value < 0xFFFE }
        return String(String.UnicodeScalarView(allowed)).replacing("&", with: "&amp;")
            .replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
