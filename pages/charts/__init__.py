"""Pictures of studies: pure functions from frozen results to Altair charts. Nothing here knows Streamlit."""
