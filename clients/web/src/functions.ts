/** The functions by name, with what each takes, gives and refuses: read off the types made from the API description. */

import type { paths } from "./api.js";

type Json<Body> = Body extends { content: { "application/json": infer Content } } ? Content : never;

interface Callable {
  post: { requestBody: { content: { "application/json": { data: unknown } } }; responses: object };
}

/** The name of a function that is called. */
export type FunctionName = {
  [Path in keyof paths]: paths[Path] extends Callable ? (Path extends `/${infer Name}` ? Name : never) : never;
}[keyof paths];

type Operation<Name extends FunctionName> = paths[`/${Name}`] extends { post: infer Post extends Callable["post"] }
  ? Post
  : never;

/** What a function takes. */
export type RequestOf<Name extends FunctionName> =
  Operation<Name>["requestBody"]["content"]["application/json"]["data"];

/** What a function answers. */
export type ResultOf<Name extends FunctionName> = Operation<Name>["responses"] extends { 200: infer Good }
  ? Json<Good> extends { result: infer Result }
    ? Result
    : never
  : never;

type Events<Body> = Body extends { content: { "text/event-stream": infer Event } } ? Event : never;

/** What a streaming function sends before its answer. */
export type MessageOf<Name extends FunctionName> = Operation<Name>["responses"] extends { 200: infer Good }
  ? Extract<Events<Good>, { message: unknown }>["message"]
  : never;

type Refusals<Responses> = Json<Responses[Exclude<keyof Responses, 200>]>;

/** Why a function may refuse: the values of `CallError.reason`. */
export type ReasonOf<Name extends FunctionName> =
  Refusals<Operation<Name>["responses"]> extends { error: { details: { reason: infer Reason } } } ? Reason : never;
