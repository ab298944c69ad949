import { startCharts } from "./charts.js";
import { startTables } from "./tables.js";
import { startTrend } from "./trend.js";

startCharts();
startTables();
startTrend();
