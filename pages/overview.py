"""The first page: the thesis alive, the paper's lessons and questions, and where to touch each statement."""

import streamlit as st

from pages import ui
from pages.charts import overview as charts
from pages.charts.kit.calls import call
from pages.ui.standing import TITLE
from pages.ui.text import typeset
from stepsize_core.paper import your_function
from stepsize_core.paper.catalogue import CATALOGUE, cards
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

pictures = {figure.name: figure for figure in charts.figures(study)}
n_open = sum(lesson.open for _, lesson in cards())
lessons = st.container(key="lessons").columns(len(cards()) - n_open, gap="medium")
with st.container(horizontal=True, gap="medium"):
    ui.tour_link("Take the guided tour, statement by statement")
    ui.page_link(your_function.PHENOMENON, "Type a function of your own →")
    st.page_link("standing.py", label=f"{TITLE} →")

text, *questions = st.container(key="questions").columns([2, *[1] * n_open], gap="medium")
text.header("What the paper leaves open", anchor=False)
text.markdown(
    'Its discussion ends with two questions. "It remains an open problem to investigate if there are '
    'analogous results for the stochastic gradient methods"; and oscillations that a step size causes '
    '"might be wrongly attributed to the stochasticity" of the gradients. Both are computed here: what a '
    "step size does when each step sees a part of the samples, and what tells its oscillations from noise."
)
places = {True: iter(questions), False: iter(lessons)}
for phenomenon, lesson in cards():
    with next(places[lesson.open]):
        page.figure(pictures[lesson.figure])
        ui.page_link(phenomenon, lesson.link, lesson.params)

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
