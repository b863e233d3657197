// What the modules beside this one rely on inside Streamlit and Vega, which an upgrade may rename: nothing else in
// them names a part of either. tests/browser/test_internals.py finds each in a page.

export const APP = '[data-testid=stApp]';
export const ELEMENT = '[data-testid=stElementContainer]';
export const PICTURE = '[data-testid=stLayoutWrapper]:has(> .stVerticalBlock > .stElementContainer .unseen)'; // around a chart
export const MAIN = '[data-testid=stMain]';
export const SECTION = '[data-testid=stTopNavSection]';
export const CHOICE_OF_PAGE = '.st-key-pages';
export const CONTROL = 'input:not([type=hidden], [type=file])';
export const CHART = '[data-testid=stVegaLiteChart]';
export const CAPTION = '[data-testid=stCaptionContainer]';
export const inputsOf = (parameter) => `.vega-bind input[name=${parameter}]`; // Vega's, of a chart's parameter
export const PLOT = 'svg .root > g > .background'; // of a chart: the rectangle between its axes
export const SLIDER_PLACE = 'input[type=range]'; // in a slider: the index of the value chosen
export const STEP_UP = '[data-testid=stNumberInputStepUp]', STEP_DOWN = '[data-testid=stNumberInputStepDown]';
export const SLIDER = '[data-testid=stSlider]';
export const SLIDER_VALUE = '[data-testid=stSliderThumbValue]'; // the bubble over its thumb
export const ROW = '[data-testid=stHorizontalBlock]';
export const NUMBER = '[data-testid=stNumberInput]';
export const NAMED_ICON = '[role=img][aria-label$=" icon"]'; // with a name for who draws it, not for readers
export const SCROLLING = '.katex-display, [data-testid=stCode] pre';
export const ROLES = [ // that Streamlit's own elements lack: which, the role, a name where it has none
  ['[data-testid=stFileUploaderDropzone]', 'group'], // has a name, and so is not presentational
  ['[data-testid=stTopNavPopoverBody]', 'navigation', 'Pages of the section'],
  ['[data-testid=stMainMenuPopover]', 'region', 'Settings'],
];

// Write the value of a parameter into every picture that has it.
export const write = (parameter, value) => {
  for (const input of document.querySelectorAll(inputsOf(parameter))) {
    if (input.value === String(value)) continue;
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }
};
