"""A run of a source, its server killed again and again: afterwards there is the old or the new catalogue, never a mix.

OFFERS (1500) says how many offers the upstream has, KILLS (5) how often. `python3 -m unittest` runs it small.
"""
import collections
import contextlib
import os
import random
import sqlite3
import time
import unittest

from instance import instance
from upstream import upstream

OFFERS = int(os.environ.get("OFFERS", "1500"))
KILLS = int(os.environ.get("KILLS", "5"))


class SyncCrash(unittest.TestCase):
    def ask(self, sql):
        with contextlib.closing(sqlite3.connect(self.boon.home / "boon.db")) as database:
            rows = database.execute(sql).fetchall()
            database.commit()
            return rows

    def generations(self):
        """How many offers the catalogue has of each generation of names, by what readers of it see."""
        rows = self.ask("select name, version from current_offers where is_active = 1")
        return collections.Counter((name.rsplit(" ", 1)[0], version) for name, version in rows)

    def generation(self):
        """The one there is; 0: none yet."""
        found = self.generations()
        if not found:
            return 0
        self.assertEqual(len(found), 1, f"a mix: {found}")
        (name, version), count = found.popitem()
        self.assertEqual((count, version), (OFFERS, int(name.removeprefix("Generation "))))
        # The history agrees with what it is the history of.
        self.assertEqual(self.ask("select count(*) from current_versions"), [(OFFERS * version,)])
        return version

    def serve(self):
        # The time it takes until the lease of a dead worker has run out is not waited for.
        self.ask("update jobs set lease_until = 0 where state = 'running'")
        dead = self.ask("select started_at from sync_runs where state = 'running'")
        self.boon.serve(self.settings)
        if dead:
            self.wait_while(
                lambda run: self.ask("select started_at from sync_runs where state = 'running'") == dead,
                "nobody takes the run up",
            )

    def run_under_way(self):
        runs = self.boon.http("GET", "/api/v1/sync/runs?limit=1").json["items"]
        return runs[0] if runs and runs[0]["state"] in ("queued", "running") else None

    def wait_while(self, wanted, words):
        """Until the run has ended or is not as it shall not be any more."""
        end = time.monotonic() + 120
        while (run := self.run_under_way()) and wanted(run):
            self.assertLess(time.monotonic(), end, words)
            time.sleep(0.005)

    def start(self, peer, generation):
        peer.control(change_all={"name": f"Generation {generation}"})
        answer = self.boon.http("POST", "/api/v1/sync/sources/xiva/runs", {})
        self.assertEqual(answer.status, 202, answer.body)

    def finish(self):
        self.wait_while(lambda run: True, "the run does not end")

    def test_the_old_or_the_new_catalogue_never_a_mix(self):
        dice = random.Random(int(os.environ.get("SEED", "3")))
        with instance() as self.boon, upstream() as peer:
            self.settings = {
                "BOON_SYNC_ALLOW_PRIVATE": "True", "BOON_SYNC_PORTS": "any",
                "XIVA_API_BASE_URL": peer.url() + "/api", "XIVA_API_USERNAME": "boon",
                "XIVA_API_PASSWORD": "wonderland",
            }
            self.boon.init()
            peer.control(generate={"count": OFFERS})
            self.boon.serve(self.settings)
            begun = time.monotonic()
            generation = 1
            self.start(peer, generation)
            self.finish()
            whole = time.monotonic() - begun
            self.assertEqual(self.generation(), 1)
            after = collections.Counter()
            for kill in range(KILLS):
                if not self.run_under_way():
                    generation += 1
                    self.start(peer, generation)
                # Every other time about when the new catalogue comes to be.
                if kill % 2:
                    self.wait_while(lambda run: run["step"] != "applying", "the run does not come to its last step")
                time.sleep(dice.random() * whole * (0.3 if kill % 2 else 1.2))
                self.boon.kill()
                found = self.generation()
                self.assertIn(found, (generation - 1, generation))
                after["new" if found == generation else "old"] += 1
                self.serve()
            self.finish()
            self.assertEqual(self.generation(), generation)
            self.assertEqual(sum(after.values()), KILLS)
            print(f"killed {KILLS} times in runs of {OFFERS} offers: {dict(after)}", flush=True)


if __name__ == "__main__":
    unittest.main()
