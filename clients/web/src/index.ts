export { add, remove, retype, set } from "./edits.js";
export { Backend, type LocalAddresses } from "./firebase.js";
export { type FunctionName, type MessageOf, type ReasonOf, type RequestOf, type ResultOf } from "./functions.js";
export { CallError, LivePlan, type Caller, type LivePlanOptions, type PlanFeed } from "./live-plan.js";
export { LocalPlan, type Committed, type InFlight, type Snapshot } from "./local-plan.js";
export { inOrder, orderBetween } from "./order.js";
export { Presence, type Person } from "./presence.js";
export { apply, at, compose, equal, transform, type Component, type Json, type Op, type Path } from "./ot.js";
