"""What files of pictures carry: state, legend, title and author; slides, greys, pages, films, scripts."""

import io
import json
import re
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from pages.charts.__main__ import main, shown
from pages.charts.files.export import SLIDE, Dress, render
from pages.charts.files.film import Still
from pages.charts.files.grey import GREY, GREYS
from pages.charts.files.metadata import AUTHOR
from pages.charts.files.steps import shown_steps

STATE = "step size δ = 0.5, start x[0] = 0.3, steps = 40, preset “Almost every start oscillates”"


def of(page, preset, name):
    content = shown(page, preset)
    figure = next(figure for figure in content if figure.name == name)
    return figure, content[figure], content.calls(figure)


@pytest.fixture(scope="module")
def loss():
    return of("periodic_orbits", "oscillation", "loss")


def words_in(svg: bytes) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", svg.partition(b"</metadata>")[2].decode()).split())


def test_small_print_and_legend_stand_below_unless_they_are_not_wanted(loss):
    said = words_in(render(*loss, "svg"))
    assert STATE in said
    assert "━ measured" in said
    assert "╌ predicted" in said
    bare = words_in(render(*loss, "svg", dress=Dress(words=False)))
    assert "steps = 40" not in bare
    assert "predicted" not in bare


def test_seed_and_what_differs_from_the_default_are_said():
    said = words_in(render(*of("equilibrium_selection", "chaotic_band", "shares"), "svg", "double"))
    assert re.search(r"seed of the random starts = \d", said)


def test_title_author_and_state_are_in_the_file(loss):
    figure = loss[0]
    svg = render(*loss, "svg").decode()
    assert f"<title>{figure.title}</title>" in svg
    assert f"<dc:creator>{AUTHOR}</dc:creator>" in svg
    png = Image.open(io.BytesIO(render(*loss, "png")))
    assert png.text == {"Title": figure.title, "Author": AUTHOR, "Description": STATE}
    pdf = render(*loss, "pdf")
    assert f"/Title <FEFF{figure.title.encode('utf-16-be').hex()}>".encode() in pdf
    assert pdf[int(re.search(rb"startxref\n(\d+)", pdf)[1]) :].startswith(b"xref\n")
    for number, at in enumerate(re.findall(rb"(\d{10}) 00000 n", pdf), 1):
        assert pdf[int(at) :].startswith(b"%d 0 obj" % number)


def test_a_slide_is_16_to_9(loss):
    svg = render(*loss, "svg", SLIDE)
    width, height = (
        float(side) for side in re.search(rb'width="([\d.]+)cm" height="([\d.]+)cm"', svg).groups()
    )
    assert width / height == pytest.approx(16 / 9, rel=2e-3)


def test_what_is_seen_through_has_its_own_colours(loss):
    clear = np.array(Image.open(io.BytesIO(render(*loss, "png", dress=Dress(transparent=True)))))
    solid = np.array(Image.open(io.BytesIO(render(*loss, "png"))).convert("RGB"))
    opacity = clear[..., 3:] / 255.0
    assert opacity.min() == 0.0
    over_white = clear[..., :3] * opacity + 255.0 * (1.0 - opacity)
    assert np.abs(over_white - solid).max() <= 6


def test_grey_is_grey_and_its_outcomes_stay_apart():
    fates = of("equilibrium_selection", "chaotic_band", "fates")
    pixels = np.array(Image.open(io.BytesIO(render(*fates, "png", dress=Dress(grey=True)))).convert("RGB"))
    assert np.ptp(pixels.astype(int), axis=-1).max() <= 1
    levels = sorted(int(grey[1:3], 16) for grey in (*GREY.outcomes, *GREY.places))
    assert min(np.diff(levels)) >= 10
    assert len(GREYS) > 20
    measured, chosen = (int(look[1:3], 16) for look in (GREY.measured, GREY.chosen))
    assert measured - chosen >= 80  # both are full lines


@pytest.mark.parametrize(
    ("first", "last", "flips"), [(0, 40, False), (0, 5000, False), (3, 999, False), (0, 901, True)]
)
def test_a_film_goes_through_the_steps_as_the_playback_does(first, last, flips):
    steps = shown_steps(first, last, flips=flips)
    assert (steps[0], steps[-1]) == (first, last)
    assert steps == sorted(set(steps))
    assert len(steps) <= 45
    begin, end = (1, 24) if flips else (24, 4)
    assert steps[:begin] == [*range(first, first + begin)]
    assert steps[-end - 1 :] == [*range(last - end, last + 1)]
    strides = np.diff(steps[begin:-end])
    assert all(stride % 2 == 0 for stride in strides[:-2])


def test_a_film_moves_and_is_refused_where_nothing_does():
    film = Image.open(io.BytesIO(render(*of("periodic_orbits", "oscillation", "cobweb"), "gif", "single")))
    assert film.n_frames > 10
    with pytest.raises(Still, match="no steps"):
        render(*of("equilibrium_selection", "chaotic_band", "shares"), "gif")


def test_a_page_of_its_own_holds_all_it_needs(loss):
    page = render(*loss, "html").decode()
    assert page.count("</script") == 1
    assert not re.search(r"(src|href)=\"?https?:", page)
    assert STATE in page
    facts = json.loads(re.search(r"^const \{ spec, steps, all \} = (.*);$", page, re.MULTILINE)[1])
    assert facts["steps"][-1] == 40
    assert facts["spec"]["width"] == "container"


def test_a_specification_has_its_data_and_says_its_state(loss):
    spec = json.loads(render(*loss, "vl.json"))
    assert STATE in spec["description"]
    assert spec["datasets"]["losses"][0]["k"] == 0


def test_a_script_runs_from_another_folder_and_prints_the_numbers_of_the_figure(loss, tmp_path):
    asked = ["periodic_orbits", "oscillation", "--figure", "loss", "--format", "py", "--out", str(tmp_path)]
    assert main(asked) == 0
    answer = subprocess.run(
        [sys.executable, tmp_path / "periodic_orbits-oscillation-loss.py"], cwd=tmp_path,
        env={"PYTHONIOENCODING": "cp1252"}, capture_output=True, check=True, timeout=120,
    ).stdout.decode()  # fmt: skip
    last = loss[0].records(loss[1])["losses"][-1]
    assert "\t".join(["", *map(str, last.values())]) in answer.splitlines()


def test_the_checksums_of_texts_in_a_png_are_right(loss):
    png, at = render(*loss, "png"), 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4])
        body = png[at + 4 : at + 8 + length]
        assert zlib.crc32(body) == int.from_bytes(png[at + 8 + length : at + 12 + length])
        at += 12 + length
