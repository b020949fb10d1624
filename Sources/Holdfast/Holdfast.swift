@_exported import HoldfastCore
@_exported import HoldfastEngine
@_exported import HoldfastSQLite
@_exported import HoldfastStore

// What users import: one name for the core, the engine and the embedded store.
