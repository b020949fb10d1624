import HoldfastModels

/// What the offline model knows of cooking.
///
/// It errs on purpose now and then, so that validation has something to do.
enum OfflineRecipes {
    private static let main = [
        "Lentil", "Chickpea", "Salmon", "Tofu", "Chicken", "Mushroom", "Quinoa", "Spinach", "Bean", "Egg",
    ]
    private static let dishes = ["soup", "salad", "bowl", "stew", "wrap", "curry", "bake", "omelette"]
    private static let more = [
        "onion", "tomato", "rice", "yoghurt", "olive oil", "parsley", "lemon", "pepper",
    ]

    /// Writes as many recipes as meals are named in the request.
    static let script: OfflineModel.Script = { request, random in
        let meals = request.prompt.split(separator: ":").last?.split(separator: ",").count ?? 0
        let recipes = (0..<meals).map { _ in recipe(&random) }
        return #"{"recipes": ["# + recipes.joined(separator: ", ") + "]}"
    }

    private static func recipe(_ random: inout OfflineRandom) -> String {
        let first = random.one(of: main)
        let name = "\(first) \(random.one(of: dishes))"
        let ingredients = [first.lowercased()] + random.some(3, of: more)
        var protein = random.number(in: 8...45)
        let carbohydrates = random.number(in: 10...90)
        let fat = random.number(in: 4...35)
        var calories = 4 * protein + 4 * carbohydrates + 9 * fat + random.number(in: -15...15)
        // Once in five the energy is far off, which can be set right; once in fifteen a nutrient makes no sense.
        if random.happens(1, in: 5) { calories = calories * random.number(in: 120...170) / 100 }
        if random.happens(1, in: 15) { protein = -protein }
        let list = ingredients.map { #""\#($0)""# }.joined(separator: ", ")
        return #"{"name": "\#(name)", "ingredients": [\#(list)], "calories": \#(calories), "#
            + #""protein": \#(protein), "carbohydrates": \#(carbohydrates), "fat": \#(fat)}"#
    }
}
