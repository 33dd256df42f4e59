import type { z } from 'zod';

/** One call of the contract: what goes in, what comes out. */
export interface CallShape<Params extends z.ZodType = z.ZodType, Result extends z.ZodType = z.ZodType> {
  params: Params;
  result: Result;
}

/** Declares a call. The types of both sides are inferred from the schemas. */
export function defineCall<Params extends z.ZodType, Result extends z.ZodType>(
  params: Params,
  result: Result,
): CallShape<Params, Result> {
  return { params, result };
}
