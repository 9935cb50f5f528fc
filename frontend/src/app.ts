// Everything a page gains from scripts; each part installs itself once.
import { installCharts } from "./charts";
import { installCopy } from "./copy";
import { installDownload } from "./download";
import { installErrors } from "./errors";
import { installExports } from "./exports";
import { installFilters } from "./filters";
import { installGrid } from "./grid";
import { installJobs } from "./jobs";
import { installKeys } from "./keys";
import { installLive } from "./live";
import { installLogs } from "./logs";
import { installMenus } from "./menus";
import { installPalette } from "./palette";
import { installSearch } from "./search";
import { installTemplates } from "./templates";
import { installTheme } from "./theme";
import { installVisit } from "./visit";

installErrors(); // first, so that it hears of the others
installKeys();
installTheme();
installMenus();
installCopy();
installVisit();
installSearch();
installPalette();
installGrid();
installFilters();
installDownload();
installLive();
installCharts();
installLogs();
installJobs();
installTemplates();
installExports();
