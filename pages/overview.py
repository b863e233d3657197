"""The first page: the thesis alive, the paper's four lessons, and where to touch each statement."""

import streamlit as st

from pages import ui
from pages.charts import overview as charts
from pages.charts.kit.calls import call
from pages.ui.standing import TITLE
from pages.ui.text import typeset
from stepsize_core.paper import (
    initialization_dependence,
    periodic_orbits,
    reachable_optima,
    your_function,
)
from stepsize_core.paper.catalogue import CATALOGUE
from stepsize_core.paper.thesis import PHENOMENON

left, right = st.container(key="thesis").columns([1.62, 1], gap="large")
with left:
    st.container(key="opening").title("Step size matters in deep learning", anchor=False)
    st.markdown(
        "The step size of gradient descent decides more than speed: it decides what can be learned at all. "
        "Here is the smallest deep network, two layers of one equal weight w each: output w², target 1. "
        "**Drag δ.** Each statement of [Nar and Sastry's paper](https://arxiv.org/abs/1805.08890) (NeurIPS "
        "2018) has a page that sets the theory against gradient descent."
    )
    said = st.container(key="said")
    place = st.container(key="chosen", horizontal=True, gap="medium")
    diagram = st.container()
params = ui.controls(PHENOMENON, main=("step_size", "start"), place=place)
study = ui.cached(PHENOMENON.study, params)
page = ui.Page(PHENOMENON, charts, params, study, (params,), (right, diagram))
page.follows(study.objective, "start")
said.markdown(typeset(charts.headline(study)))
page.stage(charts.COBWEB, charts.DIAGRAM)

lessons = {
    charts.SETTLED_LOSS: (periodic_orbits, "Example 1 at δ = 2 →", charts.SETTLED),
    charts.OSCILLATION_SIZE: (periodic_orbits, "Example 1 with a small step →", charts.SMALL),
    charts.REACHED_OPTIMA: (reachable_optima, "Two scalar layers at δ = 0.8 →", charts.REACHED),
    charts.FATE_OF_STARTS: (initialization_dependence, "Example 3 just inside →", charts.INSIDE),
}
places = st.container(key="lessons").columns(4, gap="medium")
for column, (lesson, (module, label, params)) in zip(places, lessons.items()):
    with column:
        page.figure(lesson)
        ui.page_link(module.PHENOMENON, label, params)

with st.container(horizontal=True, gap="medium"):
    ui.tour_link("Take the guided tour, statement by statement")
    ui.page_link(your_function.PHENOMENON, "Type a function of your own →")
    st.page_link("standing.py", label=f"{TITLE} →")

st.header("How to read a cobweb", anchor=False)
st.markdown(
    """
From a point on the diagonal go vertically to the curve x − δf′(x): its height is the next iterate. Go
horizontally back to the diagonal, and repeat. Where the curve crosses the diagonal nothing moves, an
equilibrium, and it attracts only if the curve's slope there, 1 − δf″, lies between −1 and 1: a larger δ tilts
the curve until it no longer does.
""",
    width=880,
)
st.header("Every statement of the paper and its page", anchor=False)
ui.statement_table(CATALOGUE)
ui.share(PHENOMENON.title, PHENOMENON, params)
ui.export(ui.shown(charts, call(PHENOMENON.study, params)), PHENOMENON.stem)
page.tell_browser()
