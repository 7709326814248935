import pg from "pg";
import type { Pgoutput } from "pg-logical-replication";
import { z } from "zod";

const tuple = z.record(z.string(), z.string().nullish());
type Tuple = z.infer<typeof tuple>;

/** A committed transaction: its id, without the epoch, and when it committed. */
export interface Transaction {
  xid: number;
  committedAt: Date;
}

/** One row written by a committed transaction. */
export interface RowChange {
  type: "INSERT" | "UPDATE" | "DELETE";
  schema: string;
  table: string;
  transaction: Transaction;
  /** Values as Postgres prints them. Missing: an unchanged TOASTed value; of a deleted row only the key is there. */
  values: Map<string, string | null>;
  /** The values before, as far as the replica identity tells; empty for an insert. */
  oldValues: Map<string, string | null>;
  /** Columns of type json and jsonb, whose printed value is JSON already. */
  jsonColumns: Set<string>;
}

/** Reads an insert, update or delete off the stream; undefined for any other message. */
export function toRowChange(message: Pgoutput.Message, transaction: Transaction): RowChange | undefined {
  switch (message.tag) {
    case "insert":
      return change("INSERT", message.relation, transaction, message.new, {});
    case "update":
      return change("UPDATE", message.relation, transaction, message.new, message.old ?? message.key ?? message.new);
    case "delete": {
      const old = message.old ?? message.key ?? {};
      return change("DELETE", message.relation, transaction, old, old);
    }
    default:
      return undefined;
  }
}

/** The values as JSON text from which json_populate_record makes the row again, each through its type's own input. */
export function toJsonText(values: Map<string, string | null>, jsonColumns: Set<string>): string {
  const members = [...values].map(([name, value]) => {
    const json = value !== null && jsonColumns.has(name) ? value : JSON.stringify(value);
    return `${JSON.stringify(name)}:${json}`;
  });
  return `{${members.join(",")}}`;
}

function change(
  type: RowChange["type"],
  relation: Pgoutput.MessageRelation,
  transaction: Transaction,
  values: Record<string, unknown>,
  oldValues: Record<string, unknown>,
): RowChange {
  const jsonTypes = new Set<number>([pg.types.builtins.JSON, pg.types.builtins.JSONB]);
  const jsonColumns = relation.columns.filter((column) => jsonTypes.has(column.typeOid)).map((column) => column.name);
  return {
    type,
    schema: relation.schema,
    table: relation.name,
    transaction,
    values: known(tuple.parse(values)),
    oldValues: known(tuple.parse(oldValues)),
    jsonColumns: new Set(jsonColumns),
  };
}

function known(values: Tuple): Map<string, string | null> {
  return new Map(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
