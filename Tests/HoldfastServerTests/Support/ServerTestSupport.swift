// The servers, connections and guests that other tests share; every file of these tests has them.
@_exported import ServerTestSupport
