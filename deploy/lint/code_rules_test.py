#!/usr/bin/env python3
"""Each rule of code_rules.py on a tiny bad example, and on the good one next to it."""

import unittest

from code_rules import check_file, check_metrics, check_tree, read_exceptions


def rules(path, text):
    return [violation.rule for violation in check_file(path, text)]


class IncludeDirection(unittest.TestCase):
    def test_inner_layers_do_not_include_outer_ones(self):
        for path, header in [
            ("services/ingest/domain/ticket.h", "services/ingest/usecase/create.h"),
            ("services/ingest/usecase/create.cc", "services/ingest/rpc/convert.h"),
            ("services/ingest/rpc/service.cc", "services/ingest/storage/sql_store.h"),
            ("services/ingest/storage/sql_store.cc", "services/ingest/events/codec.h"),
            ("services/ingest/events/codec.cc", "services/ingest/rpc/convert.h"),
            ("services/ingest/rpc/service.cc", "services/ingest/app.h"),
            ("services/ingest/usecase/create.cc", "libs/db/database.h"),
            ("services/ingest/domain/ticket.cc", "libs/obs/log.h"),
        ]:
            with self.subTest(path=path, header=header):
                self.assertEqual(rules(path, f'#include "{header}"\n'), ["include-direction"])

    def test_outer_layers_include_inner_ones(self):
        for path, header in [
            ("services/ingest/usecase/create.cc", "services/ingest/domain/ticket.h"),
            ("services/ingest/usecase/create.cc", "services/ingest/storage/store.h"),
            ("services/ingest/usecase/create.cc", "services/ingest/events/publisher.h"),
            ("services/ingest/storage/sql_store.cc", "libs/db/database.h"),
            ("services/ingest/app.cc", "services/ingest/storage/sql_store.h"),
            ("services/ingest/main.cc", "services/ingest/app.h"),
            ("services/ingest/usecase/create_test.cc", "libs/testing/fake_clock.h"),
            ("tests/e2e/day_test.cc", "services/ingest/domain/ticket.h"),
        ]:
            with self.subTest(path=path, header=header):
                self.assertEqual(rules(path, f'#include "{header}"\n'), [])

    def test_services_and_libs_keep_to_themselves(self):
        other = '#include "services/triage/domain/labels.h"\n'
        self.assertEqual(rules("services/ingest/app.cc", other), ["include-direction"])
        self.assertEqual(rules("services/ingest/app_test.cc", other), ["include-direction"])
        self.assertEqual(rules("libs/core/id.cc", other), ["include-direction"])

    def test_unknown_folder_of_a_service_is_refused(self):
        self.assertEqual(rules("services/ingest/util/x.cc", "#include <string>\n"),
                         ["unknown-layer"])

    def test_inner_layers_know_no_outer_technology(self):
        for header in ["<grpcpp/grpcpp.h>", '"huiyin/ingest/v1/ticket.pb.h"', "<hiredis/hiredis.h>",
                       "<sqlite3.h>", "<libpq-fe.h>", "<soci/soci.h>", "<prometheus/counter.h>",
                       "<google/protobuf/message.h>"]:
            with self.subTest(header=header):
                self.assertEqual(rules("services/ingest/usecase/create.cc", f"#include {header}\n"),
                                 ["inner-layer-technology"])
        self.assertEqual(rules("services/ingest/rpc/service.cc", "#include <grpcpp/grpcpp.h>\n"), [])

    def test_includes_are_written_from_the_root(self):
        self.assertEqual(rules("libs/core/id.cc", '#include "../db/database.h"\n'), ["include-root"])


class Time(unittest.TestCase):
    def test_clocks_and_sleeps_are_found(self):
        for code in ["auto t = absl::Now();", "std::chrono::system_clock::now()",
                     "time(nullptr)", "clock_gettime(x, &t);"]:
            with self.subTest(code=code):
                self.assertEqual(rules("libs/rpc/server.cc", code), ["ambient-time"])
        for code in ["absl::SleepFor(x);", "std::this_thread::sleep_for(x);", "usleep(1);"]:
            with self.subTest(code=code):
                self.assertEqual(rules("tests/e2e/day_test.cc", code), ["sleep"])

    def test_comments_and_similar_names_are_not(self):
        for code in ["// absl::Now() is banned", "clock.Now()", "create_time(request)", "std::chrono::steady_clock::now()",
                     "std::chrono::system_clock::time_point t;"]:
            with self.subTest(code=code):
                self.assertEqual(rules("libs/rpc/server.cc", code), [])


class Metrics(unittest.TestCase):
    TABLE = "| metric | type |\n|---|---|\n| `huiyin_ingest_tickets_total` | counter |\n"

    def rules(self, files, table=TABLE):
        return [(v.rule, v.path) for v in check_metrics(files, table)]

    def test_a_documented_metric_is_fine(self):
        self.assertEqual(self.rules({"services/ingest/app.cc": 'Counter("huiyin_ingest_tickets_total")'}), [])

    def test_an_undocumented_metric_is_found(self):
        found = self.rules({"libs/db/a.cc": 'x("huiyin_db_commits_total", "huiyin_ingest_tickets_total")'})
        self.assertEqual(found, [("metric-table", "libs/db/a.cc")])

    def test_a_second_place_is_found_but_tests_and_comments_are_not(self):
        text = 'x("huiyin_ingest_tickets_total")'
        found = self.rules({"a.cc": text, "b.cc": text, "b_test.cc": text, "c.cc": "// " + text})
        self.assertEqual(found, [("metric-twice", "b.cc")])

    def test_a_row_without_metric_is_found(self):
        self.assertEqual(self.rules({}), [("metric-gone", "deploy/prometheus/README.md")])


class Files(unittest.TestCase):
    def test_long_files_are_found(self):
        self.assertEqual(rules("libs/core/id.cc", "int x;\n" * 600), [])
        self.assertEqual(rules("libs/core/id.cc", "int x;\n" * 601), ["file-length"])


class Exceptions(unittest.TestCase):
    def test_an_exception_excuses_one_rule_of_one_file(self):
        files = {"libs/core/clock.cc": "absl::Now();", "libs/core/id.cc": "absl::Now();"}
        left = check_tree(files, read_exceptions("ambient-time libs/core/clock.cc  # the clock"))
        self.assertEqual([(v.rule, v.path) for v in left], [("ambient-time", "libs/core/id.cc")])

    def test_an_exception_without_use_or_reason_is_refused(self):
        left = check_tree({}, read_exceptions("sleep tests/x.cc  # gone"))
        self.assertEqual([v.rule for v in left], ["unused-exception"])
        with self.assertRaises(ValueError):
            read_exceptions("sleep tests/x.cc")


if __name__ == "__main__":
    unittest.main()
