"""One module per phenomenon of the paper: closed forms, Params, PRESETS, Study and study(params)."""
