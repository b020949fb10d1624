import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { EventStreamParser } from "../../../Sources/HoldfastServer/Clients/JavaScript/holdfast.js";

const folder = new URL("../Fixtures/", import.meta.url);
const fixtures = readdirSync(folder).filter((name) => name.endsWith(".json")).sort();

function parse(chunks) {
  const parser = new EventStreamParser();
  const blocks = chunks.flatMap((chunk) => parser.push(chunk));
  return { blocks, last_event_id: parser.lastEventID, retry: parser.retry };
}

describe("Every fixture, whatever the boundaries between chunks", () => {
  test("there are fixtures", () => assert.ok(fixtures.length >= 25));

  for (const name of fixtures) {
    const { stream, stream_base64, blocks, last_event_id, retry } = JSON.parse(readFileSync(new URL(name, folder)));
    const bytes = stream_base64 === undefined ? Buffer.from(stream) : Buffer.from(stream_base64, "base64");
    const expected = { blocks, last_event_id, retry };

    test(`${name}: whole`, () => assert.deepEqual(parse([bytes]), expected));

    test(`${name}: one byte at a time`, () => {
      assert.deepEqual(parse([...bytes].map((byte) => Uint8Array.of(byte))), expected);
    });

    test(`${name}: in two, at every boundary`, () => {
      for (let at = 0; at <= bytes.length; at += 1) {
        assert.deepEqual(parse([bytes.subarray(0, at), bytes.subarray(at)]), expected, `cut at ${at}`);
      }
    });
  }
});
