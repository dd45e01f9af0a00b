import type { BatchResponse, ErrorCode, OutgoingRecord } from '@shopkeeper/contracts';

/** A part of a batch: the records it becomes, or what is wrong with it. */
export type Part =
  | { readonly records: readonly OutgoingRecord[] }
  | { readonly problem: { readonly code: ErrorCode; readonly detail: string; readonly path?: string } };

/** Good parts are kept, whatever became of the others. */
export function settleBatch(parts: readonly Part[]): { records: OutgoingRecord[]; response: BatchResponse } {
  const records: OutgoingRecord[] = [];
  const errors: BatchResponse['errors'] = [];
  parts.forEach((part, index) => {
    if ('problem' in part) errors.push({ index, ...part.problem });
    else records.push(...part.records);
  });
  return { records, response: { accepted: parts.length - errors.length, rejected: errors.length, errors } };
}

/** 202 all taken, 207 some, otherwise the first problem decides. */
export const batchStatus = ({ accepted, rejected }: BatchResponse): 202 | 207 | 400 =>
  rejected === 0 ? 202 : accepted > 0 ? 207 : 400;
