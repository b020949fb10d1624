"""Both clients against a scripted server: the same tests, once blocking and once with asyncio."""
import asyncio
import gc
import itertools
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import unittest
import warnings

from scripted_server import (
    CLIENTS, HOLD, LOG, PATIENCE, STREAM, ScriptedServer, Waits, answer, block, chunk, ended, envelope,
    holdfast, opened, opened_with_gap, page, problem, stored)

STARTED = STREAM + opened()


class Blocking:
    """Uses `Client`."""

    kind = holdfast.Client

    def client(self, url, token=None, context=None, **timing):
        self.waits = Waits()
        self.timing = holdfast.Timing(random=lambda: 0.5, **{"watchdog": PATIENCE, **timing})
        return self.kind(url, token, context=context, timing=self.timing, sleep=self.waiting())

    def waiting(self):
        return self.waits

    def take(self, iterator, count=None, seen=lambda event: None):
        """Gives `count` events, or all, tells `seen` of each, and closes the iterator."""
        try:
            return [seen(event) or event for event in itertools.islice(iterator, count)]
        finally:
            iterator.close()

    def call(self, value):
        return value


class Asynchronous(Blocking):
    """Uses `AsyncClient`."""

    kind = holdfast.AsyncClient

    def waiting(self):
        async def wait(seconds):
            self.waits(seconds)

        return wait

    def take(self, iterator, count=None, seen=lambda event: None):
        async def events():
            taken = []
            try:
                while count is None or len(taken) < count:
                    taken.append(await iterator.__anext__())
                    seen(taken[-1])
            except StopAsyncIteration:
                pass
            finally:
                await iterator.aclose()
            return taken

        return asyncio.run(events())

    def call(self, awaitable):
        async def result():
            return await awaitable

        return asyncio.run(result())


class WatchTests:
    """Following a stream over a socket."""

    def positions(self, iterator, *count):
        return [event.id for event in self.take(iterator, *count) if event.stored]

    def test_a_cut_stream_is_resumed_behind_its_cursor(self):
        torn = block(3, "log.written", envelope(3))[:-20]
        with ScriptedServer([STARTED, stored(1, 2), torn], [STARTED, stored(3), ended(3)]) as server:
            events = self.client(server.url).job("j 1").events(from_="start")
            self.assertEqual(self.positions(events), ["1", "2", "3"])
        first, second = server.requests
        self.assertEqual((first.path, first.query), ("/v1/jobs/j%201/stream", {"from": "start"}))
        self.assertEqual(second.query, {"last_event_id": "2", "log": LOG})
        self.assertEqual(first.headers["accept"], "text/event-stream")
        self.assertEqual(self.waits, [1])

    def test_no_event_comes_twice_though_the_server_repeats_it(self):
        scripts = [STARTED, stored(1, 2)], [STARTED, stored(1, 2, 2, 3), ended(3)]
        with ScriptedServer(*scripts) as server:
            events = self.client(server.url).job("j1").events()
            self.assertEqual(self.positions(events), ["1", "2", "3"])

    def test_a_server_that_is_away_is_waited_for(self):
        client = self.client("http://127.0.0.1:1", retry=1)
        with self.assertRaisesRegex(AssertionError, "again and again"):
            self.take(client.job("j1").events())
        self.assertEqual(self.waits[:7], [0.5, 1, 2, 4, 8, 15, 15])

    def test_a_connection_on_which_nothing_comes_is_given_up_at_the_watchdog(self):
        def watchdog(seconds):
            # Only between the two events, so that a machine under load cannot fail the test.
            object.__setattr__(self.timing, "watchdog", seconds)

        with ScriptedServer([STARTED, stored(1), HOLD], [STARTED, stored(2), ended(2)]) as server:
            events = self.client(server.url).job("j1").events()
            self.waits.then = lambda: watchdog(PATIENCE)
            taken = self.take(events, None, lambda event: event.id == "1" and watchdog(0.05))
            self.assertEqual([event.id for event in taken], ["1", "2"])
        self.assertTrue(server.closed_by_client.is_set())
        self.assertEqual((len(self.waits), server.requests[1].path), (1, "/v1/jobs/j1/stream"))

    def test_a_mute_stream_is_followed_by_long_poll(self):
        scripts = [STREAM, HOLD], [page([1, 2], 2)], [answer(503)], [page([3], 3)], [answer(204)]
        with ScriptedServer(*scripts) as server:
            client = self.client(server.url, first_byte=0.05, wait=3)
            self.assertEqual(self.positions(client.job("j1").events()), ["1", "2", "3"])
        self.assertTrue(server.closed_by_client.is_set())
        self.assertEqual([r.path for r in server.requests[1:]], ["/v1/jobs/j1/events"] * 4)
        self.assertEqual(server.requests[1].query, {"format": "json", "wait": "3"})
        self.assertEqual(
            server.requests[2].query,
            {"last_event_id": "2", "log": LOG, "format": "json", "wait": "3"})
        self.assertEqual(self.waits, [1])

    def test_the_end_of_a_job_is_the_end_of_the_iteration(self):
        with ScriptedServer([STARTED, stored(1), ended(1), HOLD]) as server:
            self.assertEqual(self.positions(self.client(server.url).job("j1").events()), ["1"])
            self.assertTrue(server.closed_by_client.wait(PATIENCE))
        with ScriptedServer([answer(204)]) as server:
            self.assertEqual(self.positions(self.client(server.url).job("j1").events(after=1)), [])
        self.assertEqual(self.waits, [])

    def test_a_refusal_is_raised_and_not_repeated(self):
        refusal = problem(404, "unknown-job", "there is no such job")
        with ScriptedServer([refusal]) as server, self.assertRaises(holdfast.Error) as raised:
            self.take(self.client(server.url).job("j1").events())
        self.assertEqual((raised.exception.status, self.waits), (404, []))

    def test_a_busy_server_is_waited_for_as_it_asks(self):
        scripts = (
            [answer(429, None, "Retry-After: 9")], [answer(503, None, "Retry-After: 4")],
            [STARTED, ended(0)])
        with ScriptedServer(*scripts) as server:
            self.assertEqual(self.positions(self.client(server.url).job("j1").events()), [])
        self.assertEqual(self.waits, [9, 4])

    def test_a_planned_close_and_a_gap(self):
        rotate = block(5, "stream.rotate", {"reason": "shutdown"}, retry=1500)
        gap = opened_with_gap(5, 1)
        scripts = [STARTED, stored(5), rotate, HOLD], [STREAM, *gap, stored(1), ended(1)]
        with ScriptedServer(*scripts) as server:
            events = self.take(self.client(server.url).job("j1").events())
        self.assertEqual([e.id for e in events], ["5", "0", "1"])
        self.assertEqual((events[1].kind, events[1].data["to"]), ("stream.gap", "1"))
        self.assertEqual(self.waits, [1.5])

    def test_closing_the_iterator_closes_the_connection(self):
        with ScriptedServer([STARTED, stored(1, 2), HOLD]) as server:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always", ResourceWarning)
                events = self.client(server.url).job("j1").events()
                self.assertEqual(self.positions(events, 1), ["1"])
                gc.collect()
            self.assertTrue(server.closed_by_client.wait(PATIENCE))
        self.assertEqual([str(w.message) for w in caught], [], "it was closed by chance")

    def test_many_jobs_are_filtered_by_repeated_parameters(self):
        with ScriptedServer([STARTED, stored(1), HOLD]) as server:
            client = self.client(server.url + "/engine/")
            events = client.events(
                kind=["mail.send", "a&b"], tag="monthly", types="job.failed", owner="me", after="0")
            self.assertEqual(self.positions(events, 1), ["1"])
        self.assertEqual(
            server.requests[0].target,
            "/engine/v1/stream?kind=mail.send&kind=a%26b&tag=monthly&types=job.failed&owner=me"
            "&last_event_id=0")

    def test_the_token_is_in_the_header_and_never_in_the_url(self):
        tokens = iter(["first", "second"])
        for token, expected in (("secret", ["secret"] * 2), (lambda: next(tokens), ["first", "second"])):
            with ScriptedServer([STARTED, stored(1)], [STARTED, ended(1)]) as server:
                self.take(self.client(server.url, token).job("j1").events())
            sent = [request.headers["authorization"] for request in server.requests]
            self.assertEqual(sent, [f"Bearer {token}" for token in expected])
            for request in server.requests:
                self.assertNotRegex(request.target, "secret|first|second|token")
        with ScriptedServer([answer(204)]) as server:
            self.take(self.client(server.url).job("j1").events())
        self.assertNotIn("authorization", server.requests[0].headers)

    def test_a_token_cannot_smuggle_in_a_header(self):
        with self.assertRaises(ValueError):
            self.take(self.client("http://127.0.0.1:1", "a\r\nX-Role: admin").job("j1").events())

    @unittest.skipUnless(shutil.which("openssl"), "makes a certificate with openssl")
    def test_the_same_over_tls_and_only_with_a_certificate_that_holds(self):
        with tempfile.TemporaryDirectory() as folder:
            key, certificate = os.path.join(folder, "key"), os.path.join(folder, "certificate")
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                 "/CN=x", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out",
                 certificate], check=True, capture_output=True)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            trusting = ssl.create_default_context(cafile=certificate)
        scripts = [STARTED, stored(1)], [STARTED, stored(2), ended(2)]
        with ScriptedServer(*scripts, context=context) as server:
            client = self.client(server.url, context=trusting)
            self.assertEqual(self.positions(client.job("j1").events()), ["1", "2"])
        with ScriptedServer([STARTED, ended(0)], context=context) as server:
            with self.assertRaisesRegex(holdfast.Error, "certificate"):
                self.take(self.client(server.url).job("j1").events())


class CallTests:
    """The calls that are one request."""

    def asked(self, call, reply=answer(200, {"id": "j1"})):
        """Makes a call; gives its result and what arrived."""
        with ScriptedServer([reply]) as server:
            result = self.call(call(self.client(server.url)))
        [request] = server.requests
        return result, (request.method, request.target, request.body.decode())

    def test_each_call_is_the_request_that_the_server_documents(self):
        path = "/v1/jobs/j1"
        for call, method, target, body in (
            (lambda c: c.enqueue("mail", {"to": 1}, queue="q"), "POST", "/v1/jobs",
             '{"kind": "mail", "input": {"to": 1}, "queue": "q"}'),
            (lambda c: c.enqueue("mail"), "POST", "/v1/jobs", '{"kind": "mail", "input": {}}'),
            (lambda c: c.enqueue("mail", []), "POST", "/v1/jobs", '{"kind": "mail", "input": []}'),
            (lambda c: c.checkpoints(), "GET", "/v1/checkpoints?limit=50", ""),
            (lambda c: c.checkpoints(2, "9"), "GET", "/v1/checkpoints?limit=2&after=9", ""),
            (lambda c: c.job("j1").get(), "GET", path, ""),
            (lambda c: c.job("../x").get(), "GET", "/v1/jobs/..%2Fx", ""),
            (lambda c: c.job("j1").cancel(), "POST", path + "/cancel", "{}"),
            (lambda c: c.job("j1").cancel("no", 0), "POST", path + "/cancel",
             '{"reason": "no", "within_seconds": 0}'),
            (lambda c: c.job("j1").pause("later", 5), "POST", path + "/pause",
             '{"reason": "later", "within_seconds": 5}'),
            (lambda c: c.job("j1").resume("go"), "POST", path + "/resume", '{"reason": "go"}'),
            (lambda c: c.job("j1").retry("again"), "POST", path + "/retry", '{"reason": "again"}'),
            (lambda c: c.job("j1").signal("paid", 3), "POST", path + "/signal",
             '{"name": "paid", "payload": 3}'),
            (lambda c: c.job("j1").decide("a/b", "approve", "read"), "POST",
             path + "/checkpoints/a%2Fb", '{"decision": "approve", "reason": "read"}'),
            (lambda c: c.job("j1").decide("ask", "reject", data=[1], occurrence=2), "POST",
             path + "/checkpoints/ask/2", '{"decision": "reject", "data": [1]}'),
        ):
            with self.subTest(target):
                self.assertEqual(self.asked(call), ({"id": "j1"}, (method, target, body)))

    def test_a_signal_can_name_its_delivery(self):
        with ScriptedServer([answer(200, {})]) as server:
            self.call(self.client(server.url, "t").job("j1").signal("paid", key="bank-2217"))
        headers = server.requests[0].headers
        self.assertEqual(headers["idempotency-key"], "bank-2217")
        self.assertEqual(headers["authorization"], "Bearer t")
        self.assertEqual(headers["content-type"], "application/json")

    def test_a_refusal_and_the_lack_of_an_answer_are_errors(self):
        refusal = problem(409, "job-ended", "the job has ended", state="failed")
        with self.assertRaises(holdfast.Error) as raised:
            self.asked(lambda c: c.job("j1").cancel(), refusal)
        self.assertEqual(raised.exception.status, 409)
        self.assertEqual(raised.exception.problem["state"], "failed")
        for reply in (b"", answer(200, {"id": "j1"})[:-3]):
            with self.assertRaises(holdfast.Error) as raised:
                self.asked(lambda c: c.job("j1").cancel(), reply)
            self.assertEqual((raised.exception.status, raised.exception.problem), (None, {}))
        with self.assertRaisesRegex(holdfast.Error, "200: the answer is no JSON"):
            self.asked(lambda c: c.job("j1").get(), b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n<")
        self.assertEqual(self.waits, [], "calls are not repeated")

    def test_an_url_that_is_none_is_refused(self):
        for url in ("127.0.0.1:8080", "ftp://x", "http://", ""):
            with self.subTest(url), self.assertRaises(ValueError):
                self.kind(url)


class BlockingWatchTests(Blocking, WatchTests, unittest.TestCase):
    pass


class AsynchronousWatchTests(Asynchronous, WatchTests, unittest.TestCase):
    def test_cancelling_the_iteration_closes_the_connection(self):
        async def watch(client):
            first = asyncio.Event()

            async def read():
                async for _ in client.job("j1").events():
                    first.set()

            reading = asyncio.ensure_future(read())
            await asyncio.wait_for(first.wait(), PATIENCE)
            reading.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await reading
            wait = asyncio.get_running_loop().run_in_executor
            self.assertTrue(await wait(None, server.closed_by_client.wait, PATIENCE))

        with ScriptedServer([STARTED, stored(1), chunk(b":\n"), HOLD]) as server:
            asyncio.run(watch(self.client(server.url)))

    def test_many_streams_are_followed_by_one_thread(self):
        async def watch(url, other):
            first = self.client(url).job("j1").events()
            self.assertEqual((await first.__anext__()).id, "1")
            second = self.client(other).job("j1").events()
            self.assertEqual([e.id async for e in second], ["2"])
            await first.aclose()

        with ScriptedServer([STARTED, stored(1), HOLD]) as one:
            with ScriptedServer([STARTED, stored(2), ended(2)]) as other:
                asyncio.run(watch(one.url, other.url))
        self.assertTrue(one.closed_by_client.is_set())


class BlockingCallTests(Blocking, CallTests, unittest.TestCase):
    pass


class AsynchronousCallTests(Asynchronous, CallTests, unittest.TestCase):
    pass


class ProgramTests(unittest.TestCase):
    """`python3 holdfast.py URL JOB`."""

    program = str(pathlib.Path(CLIENTS) / "Python" / "holdfast.py")

    def run_program(self, *arguments, token=None):
        environment = {**os.environ, **({"HOLDFAST_TOKEN": token} if token else {})}
        return subprocess.run(
            [sys.executable, self.program, *arguments], capture_output=True, timeout=PATIENCE,
            env=environment)

    def test_it_prints_the_stored_events_as_they_were_sent(self):
        gap = opened_with_gap(0, 1, reason="pruned")
        with ScriptedServer([STREAM, *gap, stored(1, 2), ended(2)]) as server:
            done = self.run_program(server.url, "j1", token="secret")
        expected = b"".join(
            chunk.split(b"data: ")[1].split(b"\n")[0] + b"\n" for chunk in (stored(1), stored(2)))
        self.assertEqual((done.returncode, done.stdout), (0, expected))
        self.assertIn(b'"pruned"', done.stderr)
        self.assertEqual(server.requests[0].query, {"from": "start"})
        self.assertEqual(server.requests[0].headers["authorization"], "Bearer secret")

    def test_it_says_what_is_wrong(self):
        with ScriptedServer([problem(404, "unknown-job", "there is no such job")]) as server:
            done = self.run_program(server.url, "j1")
        self.assertEqual(
            (done.returncode, done.stderr.strip()), (1, b"404: there is no such job"))
        self.assertEqual(self.run_program("nowhere", "j1").returncode, 1)
        self.assertEqual(self.run_program("http://127.0.0.1").returncode, 64)


if __name__ == "__main__":
    unittest.main()
