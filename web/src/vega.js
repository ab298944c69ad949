// The part of Vega that runs specifications compiled when the site was built: no eval, no geo data, no loader.
import { View, parse } from "vega";
import { expressionInterpreter } from "vega-interpreter";

window.maalestokVega = { View, parse, expressionInterpreter };
