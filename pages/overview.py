"""The first page: what the paper says and where to touch it."""

import streamlit as st

st.title("Step Size Matters in Deep Learning", anchor=False)
st.markdown(
    """
Gradient descent with a step size δ is a discrete-time dynamical system, x[k+1] = x[k] − δ∇f(x[k]). What it
converges to, and whether it converges at all, is decided by δ together with the function. Every page of this
explorer takes one statement of Nar and Sastry's paper, predicts, measures, and says whether the two agree.
"""
)
st.page_link("periodic_orbits.py", label="Example 1: convergence to a periodic orbit")
