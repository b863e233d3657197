"""What a page shows in a state that is written down: a preset, fields that are set, or a link to the page."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pages.charts.kit.calls import Call
from stepsize_core.paper.catalogue import CATALOGUE
from stepsize_core.paper.parameters import applies, controls_of, meant, suited_to, value_of
from stepsize_core.paper.phenomenon import Phenomenon

OWN = "own"  # the name of a state that is no preset


def named(phenomenon: Phenomenon, params: Any) -> str:
    """The name of the preset with these parameters, else OWN."""
    return next((name for name, preset in phenomenon.PRESETS.items() if preset.params == params), OWN)


def file_name(page: str, state: str | None, figure: str, kind: str) -> str:
    """What the file of a figure of a page in a state is called."""
    return "-".join(filter(None, (page, state, figure))) + f".{kind}"


def studied(calls: Sequence[Call]) -> tuple[Phenomenon, Any] | None:
    """The phenomenon and the parameters of the study among some calls; None where there is none."""
    for call in calls:
        for phenomenon in CATALOGUE:
            if call.function == phenomenon.study:
                return phenomenon, call.arguments[0]
    return None


class Unreadable(ValueError):
    """Fields that a phenomenon does not have or values that they do not take; the message says which."""


def page_and_fields(link: str) -> tuple[str, dict[str, str]]:
    """The page that an address leads to, and the fields that it sets, "key.field" -> text.

    "https://host/periodic_orbits?orbit.step_size=0.7"; what else stands in it is not read.
    """
    address = urlsplit(link)
    named = dict(parse_qsl(address.query, keep_blank_values=True))
    return address.path.rstrip("/").rpartition("/")[2], {key: named[key] for key in named if "." in key}


def linked(phenomenon: Phenomenon, named: Mapping[str, str]) -> Any:
    """The `Params` of a link's fields ("key.field" -> text); those of other pages are not read."""
    own = {key.partition(".")[2]: text for key, text in named.items() if key.split(".")[0] == phenomenon.key}
    return changed(phenomenon, phenomenon.Params(), own)


def assigned(entries: Sequence[str]) -> dict[str, str]:
    """field -> text of entries "field=value"."""
    if bad := [entry for entry in entries if "=" not in entry]:
        raise Unreadable(f"Write --set field=value, not “{bad[0]}”.")
    return {name.strip(): text.strip() for name, _, text in (entry.partition("=") for entry in entries)}


def changed(phenomenon: Phenomenon, params: Any, texts: Mapping[str, str]) -> Any:
    """`params` with the fields that are named read from text, and those that these mean or need.

    Fields that mean nothing beside the others have their defaults, as on the page. Raises Unreadable.
    """
    if not texts:
        return params
    known = controls_of(phenomenon.Params)
    if unknown := [name for name in texts if name not in known]:
        raise Unreadable(f"{phenomenon.stem} has no field “{unknown[0]}”. There are: {', '.join(known)}.")
    chosen = {name: value_of(text, known[name]) for name, text in texts.items()}
    for name, value in chosen.items():
        if known[name].problem(value):
            raise Unreadable(f"{name} must be {known[name].accepts}, not “{texts[name]}”.")
    values = vars(params) | meant(phenomenon.Params, chosen) | chosen
    if any(f.metadata.get("suits") and f.name in chosen for f in fields(phenomenon.Params)):
        values = suited_to(phenomenon.Params, values)[1] | chosen
    kept: dict[str, Any] = {}
    for f in fields(phenomenon.Params):
        kept[f.name] = values[f.name] if applies(phenomenon.Params, f.name, kept) else f.default
    try:
        return replace(params, **kept)
    except ValueError as refused:
        raise Unreadable(str(refused)) from None
