/// The texts of a service that keeps things in memory and speaks JSON over HTTP.
enum PythonTemplates {
    static let store = """
        class Store:
            \"\"\"Keeps things in memory under numbers from 1.\"\"\"

            def __init__(self):
                self.rows = {}
                self.last = 0

            def add(self, row):
                self.last += 1
                row.id = self.last
                self.rows[row.id] = row
                return row

            def find(self, number):
                return self.rows.get(number)

            def all(self):
                return list(self.rows.values())

            def remove(self, number):
                return self.rows.pop(number, None) is not None

        """

    static func web(isEnhanced: Bool) -> String {
        let listing =
            isEnhanced
            ? "service.list(int(query.get(\"limit\", [50])[0]), int(query.get(\"offset\", [0])[0]))"
            : "service.list()"
        return """
            import json
            from http.server import BaseHTTPRequestHandler
            from urllib.parse import parse_qs, urlparse


            def handler(services):
                \"\"\"Answers GET, POST and DELETE at /<name> and /<name>/<id>.\"\"\"

                class Handler(BaseHTTPRequestHandler):
                    def answer(self, method):
                        url = urlparse(self.path)
                        query = parse_qs(url.query)
                        name, _, number = url.path.strip("/").partition("/")
                        service = services.get(name)
                        if service is None or (number and not number.isdigit()):
                            return self.send(404, {"error": "there is nothing here"})
                        try:
                            if method == "POST":
                                length = int(self.headers.get("Content-Length", 0))
                                return self.send(201, service.create(json.loads(self.rfile.read(length))))
                            if method == "DELETE":
                                return self.send(200 if service.remove(int(number or 0)) else 404, {})
                            if not number:
                                return self.send(200, \(listing))
                            found = service.find(int(number))
                            return self.send(200 if found else 404, found or {})
                        except ValueError as error:
                            return self.send(400, {"error": str(error)})

                    def send(self, status, body):
                        data = json.dumps(body).encode()
                        self.send_response(status)
                        self.send_header("Content-Type", "application/json")
                        self.send_header("Content-Length", str(len(data)))
                        self.end_headers()
                        self.wfile.write(data)

                    def do_GET(self):
                        self.answer("GET")

                    def do_POST(self):
                        self.answer("POST")

                    def do_DELETE(self):
                        self.answer("DELETE")

                return Handler

            """
    }

    static func entity(_ entity: EntityName) -> String {
        """
        from dataclasses import dataclass


        @dataclass
        class \(entity):
            name: str
            id: int = 0

        """
    }

    static func service(_ entity: EntityName, isEnhanced: Bool) -> String {
        let check = """
            if not isinstance(name, str) or not name.strip():
                        raise ValueError("a name is a text that is not empty")
                    
            """
        let arguments = isEnhanced ? "self, limit=50, offset=0" : "self"
        let rows = isEnhanced ? "self.store.all()[offset:offset + limit]" : "self.store.all()"
        return """
            from dataclasses import asdict

            from app.entities.\(entity.inFiles)_entity import \(entity)


            class \(entity)Service:
                def __init__(self, store):
                    self.store = store

                def create(self, values):
                    name = values.get("name", "")
                    \(isEnhanced ? check : "")return asdict(self.store.add(\(entity)(name)))

                def find(self, number):
                    row = self.store.find(number)
                    return asdict(row) if row else None

                def list(\(arguments)):
                    return [asdict(row) for row in \(rows)]

                def remove(self, number):
                    return self.store.remove(number)

            """
    }

    static func tests(_ entity: EntityName, isEnhanced: Bool) -> String {
        let more = """

                def test_refuses_what_has_no_name(self):
                    with self.assertRaises(ValueError):
                        self.service.create({})

                def test_lists_a_part(self):
                    for name in ("a", "b", "c"):
                        self.service.create({"name": name})
                    self.assertEqual([row["name"] for row in self.service.list(1, 1)], ["b"])

            """
        return """
            import unittest

            from app.services.\(entity.inFiles)_service import \(entity)Service
            from app.store import Store


            class \(entity)Tests(unittest.TestCase):
                def setUp(self):
                    self.service = \(entity)Service(Store())

                def test_keeps_and_removes(self):
                    number = self.service.create({"name": "first"})["id"]
                    self.assertEqual(self.service.find(number), {"name": "first", "id": number})
                    self.assertEqual(len(self.service.list()), 1)
                    self.assertTrue(self.service.remove(number))
                    self.assertIsNone(self.service.find(number))

            """ + (isEnhanced ? more : "")
    }

    static func main(_ entities: [EntityName]) -> String {
        let imports = entities.map { "from app.services.\($0.inFiles)_service import \($0)Service\n" }
        let services = entities.map { "    \"\($0.inFiles)\": \($0)Service(Store()),\n" }
        return """
            from http.server import ThreadingHTTPServer

            \(imports.joined())from app.store import Store
            from app.web import handler

            services = {
            \(services.joined())}

            if __name__ == "__main__":
                ThreadingHTTPServer(("", 8000), handler(services)).serve_forever()

            """
    }

    static let container = """
        FROM python:3-slim
        WORKDIR /service
        COPY . .
        EXPOSE 8000
        CMD ["python3", "main.py"]

        """

    static func readme(_ entities: [EntityName], project: String) -> String {
        """
        # A small service

        Written from templates by the offline model: no language model was asked. What was asked for:

        > \(project)

        It keeps \(entities.isEmpty ? "nothing" : entities.map(\.description).joined(separator: ", ")) in memory.

        Run it with `python3 main.py`, and its tests with `python3 -m unittest`.

        """
    }
}
