"""What a reader decides, without a socket: when it waits, how long, and where it goes on."""
import json
import socket
import ssl
import unittest

from scripted_server import (
    LAST_CHUNK, LOG, STREAM, answer, block, chunk, ended, envelope, holdfast, opened,
    opened_with_gap, page, problem, stored)


class Clock:
    """Stands still until it is moved."""

    now = 100.0

    def __call__(self):
        return self.now


class TailTests(unittest.TestCase):
    def setUp(self):
        self.clock, self.chance = Clock(), 0.5
        timing = holdfast.Timing(clock=self.clock, random=lambda: self.chance)
        self.make = lambda **start: holdfast.Tail("/stream", "/pages", timing=timing, **start)
        self.tail = self.make()

    def send(self, *parts, tail=None):
        """Does one request that is answered with `parts`; gives the events."""
        tail = tail or self.tail
        tail.begin()
        tail.asked()
        return [event for part in parts if tail.reading for event in tail.feed(part)]

    def query(self):
        return dict(self.tail.begin().query)

    # Where it goes on

    def test_it_begins_where_it_is_told_and_goes_on_behind_the_last_block(self):
        self.tail = self.make(from_="last:5")
        self.assertEqual(self.query(), {"from": "last:5"})
        self.send(STREAM + opened(3) + stored(4))
        self.assertEqual(self.query(), {"last_event_id": "4", "log": LOG})

    def test_it_begins_behind_a_cursor_of_an_earlier_event(self):
        self.tail = self.make(after=7, log="other", from_="start")
        self.assertEqual(self.query(), {"last_event_id": "7", "log": "other"})
        self.assertEqual([e.id for e in self.send(STREAM + opened(7) + stored(6, 7, 8))], ["8"])

    def test_a_reader_from_now_that_was_cut_at_once_goes_on_from_then(self):
        self.tail = self.make(from_="now")
        self.send(STREAM + opened(41))
        self.assertEqual(self.query(), {"last_event_id": "41", "log": LOG})

    def test_a_control_block_moves_the_cursor_and_is_not_shown(self):
        position = block(30, "stream.position", {"position": "30"})
        self.assertEqual(self.send(STREAM + opened() + position), [])
        self.assertEqual(self.query()["last_event_id"], "30")

    def test_a_snapshot_is_shown_and_what_it_stands_for_is_not_shown_again(self):
        snapshot = block(5, "stream.snapshot", {"position": "5", "job": "j1", "state": {}, "checkpoints": []})
        events = self.send(STREAM + opened() + snapshot + stored(4, 5, 6))
        self.assertEqual([(e.kind, e.stored) for e in events][0], ("stream.snapshot", False))
        self.assertEqual([e.id for e in events], ["5", "6"])
        self.assertEqual(events[0].data["job"], "j1")

    def test_no_position_comes_twice_and_a_repeat_does_not_move_the_cursor_back(self):
        self.assertEqual(len(self.send(STREAM + opened() + stored(1, 2, 3))), 3)
        self.assertEqual(self.send(STREAM + opened(3) + stored(1, 2)), [])
        self.assertEqual(self.query()["last_event_id"], "3")
        self.assertEqual([e.id for e in self.send(STREAM + stored(2, 3, 4, 4))], ["4"])

    def test_an_event_has_its_text_its_data_and_its_log(self):
        [event] = self.send(STREAM + opened() + stored(1))
        self.assertEqual(event.text, json.dumps(envelope(1)))
        self.assertEqual(
            (event.kind, event.data, event.log), ("log.written", {"message": "grüße"}, LOG))

    def test_a_gap_is_shown_and_earlier_positions_count_again(self):
        self.send(STREAM + opened() + stored(8, 9))
        events = self.send(STREAM, *opened_with_gap(9, 1, "other"), stored(1, 2))
        self.assertEqual([e.kind for e in events], ["stream.gap", "log.written", "log.written"])
        self.assertEqual(events[0].data, {"reason": "foreign", "from": "9", "to": "1"})
        self.assertEqual(self.query(), {"last_event_id": "2", "log": "other"})

    def test_a_reader_cut_between_open_and_gap_is_still_one_of_the_old_log(self):
        for start, expected in (
            ({"after": 9, "log": LOG}, {"last_event_id": "9", "log": LOG}),
            ({"after": 9}, {"last_event_id": "9"}),
        ):
            self.tail = self.make(**start)
            before_gap, gap = opened_with_gap(9, 1, "other")
            self.assertEqual(self.send(STREAM, before_gap), [])
            self.assertEqual(self.query(), expected)
            self.assertEqual([e.kind for e in self.send(STREAM, before_gap, gap)], ["stream.gap"])
            self.assertEqual(self.query(), {"last_event_id": "0", "log": "other"})

    # How it waits

    def cut(self, *parts):
        """Does one request that is cut; gives the seconds before the next one."""
        self.send(*parts)
        self.tail.failed(ConnectionError("cut"))
        return self.tail.delay

    def test_the_backoff_doubles_from_the_servers_retry_up_to_the_cap(self):
        self.chance = 0.999
        delays = [self.cut(STREAM + opened(retry=3000)) for _ in range(6)]
        self.assertEqual(delays, [0.999 * bound for bound in (3, 6, 12, 24, 30, 30)])

    def test_the_backoff_is_jittered_down_to_nothing(self):
        self.chance = 0
        self.assertEqual([self.cut() for _ in range(3)], [0, 0, 0])

    def test_it_begins_with_its_own_retry_and_never_overflows(self):
        self.assertEqual(self.cut(), 1)
        self.assertEqual([self.cut(STREAM + opened(retry=2000)) for _ in range(1100)][-1], 15)

    def test_an_event_resets_the_backoff_and_a_mere_opening_does_not(self):
        self.assertEqual([self.cut(STREAM + opened()) for _ in range(3)], [1, 2, 4])
        self.assertEqual(self.cut(STREAM + opened() + stored(1)), 1)
        self.assertEqual(self.cut(STREAM + opened(1)), 2)

    def test_a_retry_of_nothing_still_leaves_a_backoff(self):
        self.assertEqual(self.cut(STREAM + opened(retry=0)), 0.05)

    def test_a_planned_close_is_no_failure_and_waits_as_the_server_says(self):
        self.cut(STREAM + opened())
        rotate = block(4, "stream.rotate", {"reason": "shutdown"}, retry=1234)
        self.send(STREAM + opened() + rotate)
        self.assertEqual((self.tail.reading, self.tail.failures), (False, 1))
        self.assertEqual((self.tail.delay, self.query()["last_event_id"]), (1.234, "4"))

    def test_nothing_behind_a_planned_close_is_taken(self):
        rotate = block(4, "stream.rotate", {"reason": "shutdown"}, retry=60_000)
        self.assertEqual(self.send(STREAM + opened() + rotate + stored(5)), [])
        self.assertEqual((self.tail.delay, self.query()["last_event_id"]), (30, "4"))

    def test_a_stream_that_ends_without_saying_so_was_cut(self):
        self.send(STREAM + stored(1) + LAST_CHUNK)
        self.assertEqual((self.tail.reading, self.tail.failures, self.tail.delay), (False, 1, 1))

    # How it ends

    def test_it_ends_with_the_job(self):
        self.assertEqual(len(self.send(STREAM + opened() + stored(1) + ended(1))), 1)
        self.assertTrue(self.tail.ended and not self.tail.reading)

    def test_it_ends_when_there_is_nothing_left(self):
        self.assertEqual(self.send(answer(204)), [])
        self.assertTrue(self.tail.ended)

    def test_a_refusal_is_final_and_has_the_text_of_the_problem(self):
        for status in (301, 400, 401, 403, 404, 409, 410, 422):
            with self.subTest(status), self.assertRaises(holdfast.Error) as raised:
                self.send(problem(status, "unknown-job", "there is no such job"), tail=self.make())
            self.assertEqual(str(raised.exception), f"{status}: there is no such job")
            self.assertEqual(raised.exception.status, status)
            self.assertEqual(raised.exception.problem["type"], "urn:holdfast:problem:unknown-job")

    def test_what_may_pass_is_waited_for_as_long_as_the_server_says(self):
        for status in (408, 429, 500, 502, 503):
            with self.subTest(status):
                self.tail = self.make()
                self.send(answer(status))
                self.assertEqual((self.tail.delay, self.tail.failures), (1, 1))
                self.send(problem(status, "unavailable", "later", "Retry-After: 7"))
                self.assertEqual((self.tail.delay, self.tail.failures), (7, 2))

    def test_a_retry_after_that_is_no_number_or_absurd_does_no_harm(self):
        for text, delay in (("Fri, 31 Dec 2027 23:59:59 GMT", 1), ("-1", 1), ("999999999", 3600)):
            self.tail = self.make()
            self.send(answer(503, None, f"Retry-After: {text}"))
            self.assertEqual(self.tail.delay, delay)

    def test_a_page_of_a_proxy_is_no_stream(self):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n"
        with self.assertRaisesRegex(holdfast.Error, "not text/event-stream"):
            self.send(head + b"sign in !")

    def test_a_block_that_makes_no_sense_is_final(self):
        for data in (b"{", b"[]", b"7", b'{"position":"x"}', b"{}"):
            with self.subTest(data), self.assertRaisesRegex(holdfast.Error, "no sense"):
                wrong = chunk(b"id: 1\nevent: job.started\ndata: " + data + b"\n\n")
                self.send(STREAM + wrong, tail=self.make())

    def test_a_certificate_that_does_not_hold_is_final(self):
        self.tail.begin()
        with self.assertRaisesRegex(holdfast.Error, "self-signed"):
            self.tail.failed(ssl.SSLCertVerificationError("self-signed"))

    # How long it listens

    def test_the_first_byte_has_five_seconds_and_each_further_one_45(self):
        self.tail.begin()
        self.tail.asked()
        self.clock.now += 3
        self.assertEqual(self.tail.timeout, 2)
        self.tail.feed(STREAM)
        self.clock.now += 1
        self.assertEqual(self.tail.timeout, 1, "the head alone is no sign of a stream")
        self.tail.feed(chunk(b":\n"))
        self.assertEqual(self.tail.timeout, 45)
        self.clock.now += 1000
        self.assertEqual(self.tail.timeout, 45)

    def test_a_mute_stream_is_asked_for_by_long_poll_at_once(self):
        for error in (TimeoutError(), socket.timeout()):
            self.tail = self.make(after=4)
            self.send(STREAM)
            self.tail.failed(error)
            self.assertEqual((self.tail.polling, self.tail.failures, self.tail.delay), (True, 0, 0))
            request = self.tail.begin()
            self.assertEqual((request.path, request.accept), ("/pages", "application/json"))
            self.assertEqual(
                dict(request.query), {"last_event_id": "4", "format": "json", "wait": "25"})

    def test_a_server_that_cannot_be_reached_is_no_mute_stream(self):
        self.tail.begin()
        self.tail.failed(TimeoutError())
        self.assertEqual((self.tail.polling, self.tail.failures), (False, 1))

    def test_a_stream_that_falls_silent_later_is_no_mute_stream(self):
        self.send(STREAM + chunk(b":\n"))
        self.tail.failed(TimeoutError())
        self.assertEqual((self.tail.polling, self.tail.failures), (False, 1))

    # Long-poll

    def poll(self, **start):
        self.tail = self.make(**start)
        self.send()
        self.tail.failed(TimeoutError())

    def test_a_long_poll_goes_on_behind_what_it_was_told(self):
        self.poll(from_="start")
        self.assertEqual(self.query()["from"], "start")
        events = self.send(page([1, 2], through=2, next=2))
        self.assertEqual([(e.id, e.kind) for e in events], [("1", "log.written"), ("2", "log.written")])
        self.assertEqual(json.loads(events[0].text), envelope(1))
        self.assertIn("grüße", events[0].text)
        self.assertEqual((events[0].log, self.tail.delay), (LOG, 0))
        self.assertEqual(
            self.query(), {"last_event_id": "2", "log": LOG, "format": "json", "wait": "25"})

    def test_an_empty_page_moves_the_cursor_and_is_no_failure(self):
        self.poll(after=4)
        self.tail.begin()
        self.tail.asked()
        self.assertEqual(self.tail.timeout, 45)
        self.clock.now += 25
        self.assertEqual(self.tail.feed(page([], through=90)), [])
        self.assertEqual((self.query()["last_event_id"], self.tail.failures), ("90", 0))

    def test_a_server_that_does_not_wait_is_not_asked_without_end(self):
        self.poll(after=4)
        delays = []
        for _ in range(3):
            self.send(page([], through=4))
            delays.append(self.tail.delay)
        self.assertEqual(delays, [1, 2, 4])

    def test_no_position_comes_twice_by_long_poll_either(self):
        self.poll(after=4)
        self.assertEqual([e.id for e in self.send(page([4, 5, 5, 6], through=6))], ["5", "6"])

    def test_a_long_poll_ends_when_nothing_is_left_and_refusals_are_final(self):
        self.poll(after=4)
        with self.assertRaises(holdfast.Error):
            self.send(problem(410, "pruned", "the job was pruned"))
        self.send(answer(204))
        self.assertTrue(self.tail.ended)

    def test_a_foreign_cursor_of_a_long_poll_is_a_gap_once(self):
        self.poll(after=40, log="old")
        refusal = problem(409, "foreign-cursor", "another log", log=LOG, earliest="21", tail="33")
        [gap] = self.send(refusal)
        self.assertEqual(
            (gap.kind, gap.data), ("stream.gap", {"reason": "foreign", "from": "40", "to": "21"}))
        self.assertEqual((gap.id, gap.log), ("20", LOG))
        self.assertEqual((self.query()["last_event_id"], self.query()["log"]), ("20", LOG))
        with self.assertRaises(holdfast.Error):
            self.send(refusal)
        self.assertEqual([e.id for e in self.send(page([21, 22], through=22))], ["21", "22"])

    def test_a_pruned_cursor_of_a_long_poll_is_a_gap_of_the_same_log(self):
        self.poll(after=4, log=LOG)
        refusal = problem(410, "pruned-cursor", "the events were pruned", earliest="90")
        [gap] = self.send(refusal)
        self.assertEqual(
            (gap.id, gap.data), ("89", {"reason": "pruned", "from": "4", "to": "90"}))
        self.assertEqual((self.query()["last_event_id"], self.query()["log"]), ("89", LOG))
        self.assertEqual([e.id for e in self.send(page([89, 90], through=90))], ["90"])


class AnswerTests(unittest.TestCase):
    """HTTP, in whatever pieces it comes."""

    def read(self, pieces):
        tail = holdfast.Tail("/stream", "/pages", timing=holdfast.Timing(random=lambda: 1.0))
        tail.begin()
        tail.asked()
        return [e.id for piece in pieces if tail.reading for e in tail.feed(piece)], tail

    def test_a_chunked_answer_split_at_every_boundary(self):
        hint = b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"
        body = stored(1, 2).replace(b"\r\n", b";extension=1\r\n", 1)
        data = hint + STREAM + opened() + body + ended(2) + LAST_CHUNK
        for at in range(1, len(data)):
            self.assertEqual(self.read([data[:at], data[at:]])[0], ["1", "2"], at)
        self.assertEqual(self.read(data[at:at + 1] for at in range(len(data)))[0], ["1", "2"])

    def test_an_answer_up_to_the_close(self):
        head = b"HTTP/1.0 200 OK\r\ncontent-type: Text/Event-Stream; charset=utf-8\r\n\r\n"
        data = b"event: x\nid: 3\ndata: " + json.dumps(envelope(3)).encode() + b"\n\n"
        positions, tail = self.read([head, data, b""])
        self.assertEqual((positions, tail.reading, tail.failures), (["3"], False, 1))

    def test_an_answer_of_a_known_length_in_pieces(self):
        data = problem(404, "unknown-job", "no such job")
        for at in range(1, len(data)):
            with self.assertRaisesRegex(holdfast.Error, "404: no such job"):
                self.read([data[:at], data[at:]])

    def test_what_comes_behind_an_answer_of_a_known_length_is_not_of_it(self):
        with self.assertRaisesRegex(holdfast.Error, "404: no such job"):
            self.read([problem(404, "unknown-job", "no such job") + b"HTTP/1.1 200 OK\r\n"])

    def test_every_cut_is_noticed_wherever_it_is(self):
        for data in (STREAM + opened() + stored(1), problem(404, "x", "y")):
            for at in range(len(data)):
                with self.assertRaises(ConnectionError):
                    self.read([data[:at], b""])

    def test_what_is_no_http_is_a_failure_and_not_taken_for_data(self):
        for data in (b"SSH-2.0-x\r\n\r\n", STREAM + b"zz\r\n", STREAM + b"-5\r\n", STREAM + b"\r\n"):
            with self.subTest(data), self.assertRaises(ConnectionError):
                self.read([data])


if __name__ == "__main__":
    unittest.main()
