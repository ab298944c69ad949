import { startCharts } from "./charts.js";
import { whenRead } from "./ready.js";
import { startTables } from "./tables.js";
import { startTrend } from "./trend.js";

startCharts();
startTables();
whenRead(startTrend);
performance.mark("maalestok");
