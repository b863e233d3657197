"""The first page: the one idea, the paper's four lessons, and where to touch each statement."""

import streamlit as st

from pages import ui
from pages.charts import overview as charts
from pages.ui.standing import TITLE
from stepsize_core.paper import (
    equilibrium_selection,
    initialization_dependence,
    periodic_orbits,
    your_function,
)
from stepsize_core.paper.catalogue import CATALOGUE

shown = ui.shown(charts)

st.title("Step Size Matters in Deep Learning", anchor=False)
st.space("xxsmall")
st.markdown(
    """
Gradient descent with step size δ is a dynamical system, **x[k+1] = x[k] − δ∇f(x[k])**, and δ sets more than
its pace: it decides what can be learned at all. This explorer takes each statement of
[Nar and Sastry's paper](https://arxiv.org/abs/1805.08890) (NeurIPS 2018), shows what the theory predicts and
what gradient descent does, and says whether the two agree. The paper's four lessons:
""",
    width=1180,
)
ui.tour_link("Take the guided tour, statement by statement")
ui.page_link(your_function.PHENOMENON, "Or type a function of your own →")

ui.share("Overview")

first, second, third, fourth = st.columns(4, gap="medium")
with first:
    ui.lesson(1, "The training error can converge without the state reaching an optimum.")
    ui.figure(charts.SETTLED_LOSS, shown[charts.SETTLED_LOSS])
    ui.page_link(periodic_orbits.PHENOMENON, "Example 1 at δ = 2 →", charts.SETTLED)
with second:
    ui.lesson(2, "The step size determines the magnitude of the oscillations that remain.")
    ui.figure(charts.OSCILLATION_SIZE, shown[charts.OSCILLATION_SIZE])
    ui.page_link(periodic_orbits.PHENOMENON, "Example 1 with a small step →", charts.SMALL)
with third:
    ui.lesson(3, "The step size restricts the set of local optima that can be reached.")
    ui.figure(charts.REACHED_OPTIMA, shown[charts.REACHED_OPTIMA])
    ui.page_link(equilibrium_selection.PHENOMENON, "Example 2 at δ = 0.3 →", charts.SELECTED)
with fourth:
    ui.lesson(4, "The step size acts on convergence differently for each initialization.")
    ui.figure(charts.FATE_OF_STARTS, shown[charts.FATE_OF_STARTS])
    ui.page_link(initialization_dependence.PHENOMENON, "Example 3 just inside the threshold →", charts.INSIDE)

st.space("small")
left, right = ui.columns(1, 1.35)
with left:
    st.header("How to read a cobweb", anchor=False)
    st.markdown(
        """
From a point on the diagonal go vertically to the curve x − δf′(x): its height is the next iterate. Go
horizontally back to the diagonal, and repeat. Where the curve crosses the diagonal nothing moves, an
equilibrium, and it attracts only if the curve's slope there, 1 − δf″, lies between −1 and 1: a larger δ tilts
the curve until it no longer does.
"""
    )
    ui.figure(charts.HOW_TO_READ, shown[charts.HOW_TO_READ])
    ui.page_link(equilibrium_selection.PHENOMENON, "Change δ in this cobweb →", charts.TO_READ)
with right:
    st.page_link("standing.py", label=f"{TITLE} →")

st.header("Every statement of the paper and its page", anchor=False)
st.space("xxsmall")
ui.statement_table(CATALOGUE)

ui.export(shown, "overview")
