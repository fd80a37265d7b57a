"""The generated case table: its published margins, counted by qcode, and that it says everywhere what it is."""

from __future__ import annotations

import csv
import io

import pytest
from generated_cases import FILE, generated_cases

from qcode.services.case_counts import count_cases
from qcode.services.cases import import_cases
from qcode.services.study import Study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    with Study.create(tmp_path_factory.mktemp("cases") / "s.qcode", title="Generated", coder="anna") as study:
        report = import_cases(study, FILE)
        assert (report.added, report.problems) == (1126, ())
        yield study


def counted(study, *by):
    return {row[0]: row[1] for row in count_cases(study, *by).rows}


def test_the_file_is_what_the_generator_gives():
    assert FILE.read_bytes() == generated_cases()


def test_every_row_says_that_it_is_generated():
    rows = list(csv.DictReader(io.StringIO(FILE.read_text(encoding="utf-8"))))
    assert {row["origin"] for row in rows} == {"generated"}
    assert all(row["parties"].count("invented county") == 2 for row in rows)


def test_the_published_margins(study):
    mechanisms = count_cases(study, "mechanism")
    assert mechanisms.total[1] == 1126
    assert {row[0]: round(row[2]) for row in mechanisms.rows} == {"arranged": 59, "mandated": 12, "self-initiated": 29}
    crossing = count_cases(study, "cross_prefectural")
    assert (crossing.rows[0][0], round(crossing.rows[0][2])) == ("yes", 85)
    by_issue = count_cases(study, "issue_area", "cross_prefectural")
    economy = next(row for row in by_issue.rows if row[0] == "economy")
    assert round(100 * economy[by_issue.header.index("yes")] / economy[-1]) == 91
    provinces = counted(study, "province")
    assert (len(provinces), provinces["Shanxi 山西"]) == (8, 33)
    assert sum(provinces.values()) == 1126 + 96  # cases between provinces count in both, once in the total
    assert list(counted(study, "year")) == [str(year) for year in range(2009, 2021)]


def test_820_counties_take_part_with_codes_that_no_county_has(study):
    parties = [party for case in study.file.read.cases() for party in case.parties]
    assert len({party.code for party in parties}) == len({party.name for party in parties}) == 820
    assert all("61" <= party.code[4:] <= "79" for party in parties)
