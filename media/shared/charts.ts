import uPlot from 'uplot';

// A script of its own, before that of a panel: esbuild.config.mjs takes it from here.
Object.assign(globalThis, { uPlot });
