declare module "ot-json0" {
  interface Subtype {
    name: string;
  }
  export const type: {
    registerSubtype(subtype: Subtype): void;
    apply(doc: unknown, op: unknown[]): unknown;
    transform(op: unknown[], other: unknown[], side: "left" | "right"): unknown[];
    compose(op1: unknown[], op2: unknown[]): unknown[];
  };
}
