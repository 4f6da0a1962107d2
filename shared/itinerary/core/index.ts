// The search as a WebAssembly module; __init__.py is its other side.

export { address, allocate, prepare } from "./model";
export {
  aloneScores, beginMain, bestRoutes, bestSizes, bestValue, capOf, handRoutes, handSizes, iterations, measureSlice,
  slice, start, versions,
} from "./improve";
