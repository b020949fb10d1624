"""The parser: the shared fixtures, whole, byte by byte and split at every boundary."""
import base64
import json
import pathlib
import unittest

from scripted_server import holdfast

FIXTURES = pathlib.Path(__file__).resolve().parents[1] / "Fixtures"


def parse(pieces):
    """Feeds pieces to a parser; gives the blocks, the last event id and the retry time."""
    parser = holdfast.SSEParser()
    blocks = [block for piece in pieces for block in parser.feed(piece)]
    return blocks, parser.last_event_id, parser.retry


class FixtureTests(unittest.TestCase):
    def fixtures(self):
        paths = sorted(FIXTURES.glob("*.json"))
        self.assertTrue(paths, "there are no fixtures")
        for path in paths:
            fixture = json.loads(path.read_text(encoding="utf-8"))
            encoded = fixture.get("stream_base64")
            stream = fixture["stream"].encode() if encoded is None else base64.b64decode(encoded)
            blocks = [holdfast.Block(b["id"], b["event"], b["data"]) for b in fixture["blocks"]]
            yield path.name, stream, (blocks, fixture["last_event_id"], fixture["retry"])

    def test_every_fixture_as_a_whole(self):
        for name, stream, expected in self.fixtures():
            with self.subTest(name):
                self.assertEqual(parse([stream]), expected)

    def test_every_fixture_byte_by_byte(self):
        for name, stream, expected in self.fixtures():
            with self.subTest(name):
                self.assertEqual(parse(stream[at:at + 1] for at in range(len(stream))), expected)

    def test_every_fixture_in_two_pieces_split_anywhere(self):
        for name, stream, expected in self.fixtures():
            with self.subTest(name):
                for at in range(len(stream) + 1):
                    self.assertEqual(parse([stream[:at], stream[at:]]), expected, at)


class ParserTests(unittest.TestCase):
    """What the wire of the engine relies on, said without the fixtures."""

    def test_a_block_is_given_at_its_blank_line_and_not_later(self):
        parser = holdfast.SSEParser()
        self.assertEqual(parser.feed(b"id: 7\nevent: a\ndata: x\n"), [])
        self.assertEqual(parser.feed(b"\n"), [holdfast.Block("7", "a", "x")])

    def test_a_carriage_return_ends_a_line_at_once_and_its_line_feed_adds_none(self):
        parser = holdfast.SSEParser()
        self.assertEqual(parser.feed(b"data: x\r\r"), [holdfast.Block("", "message", "x")])
        self.assertEqual(parser.feed(b"\ndata: y\r"), [])
        self.assertEqual(parser.feed(b""), [])
        self.assertEqual(parser.feed(b"\n\r\n"), [holdfast.Block("", "message", "y")])

    def test_an_absurd_retry_is_ignored(self):
        self.assertEqual(parse([b"retry: 5\nretry: " + b"9" * 5000 + b"\n"]), ([], "", 5))

    def test_a_long_line_in_many_pieces_is_put_together(self):
        pieces = [b"data: "] + [b"x" * 1000] * 1000 + [b"\n\n"]
        self.assertEqual(parse(pieces)[0], [holdfast.Block("", "message", "x" * 1_000_000)])


if __name__ == "__main__":
    unittest.main()
