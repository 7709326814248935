import type { Client } from "pg";
import { type Pgoutput, PgoutputPlugin } from "pg-logical-replication";

/** pgoutput read as text, through a temporary slot that Postgres drops together with the connection. */
export class ReplicationPlugin extends PgoutputPlugin {
  constructor(publication: string) {
    super({ protoVersion: 1, publicationNames: [publication] });
  }

  // A temporary slot belongs to the session that makes it, and only this method is handed the replication session.
  override async start(client: Client, slotName: string, lastLsn: string): Promise<unknown> {
    await client.query(`CREATE_REPLICATION_SLOT "${slotName}" TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`);
    return super.start(client, slotName, lastLsn);
  }

  override parse(buffer: Buffer): Pgoutput.Message {
    const message = super.parse(buffer);
    if (message.tag === "relation") {
      // The rows that follow are read with these parsers. JavaScript values would lose digits and formats.
      for (const column of message.columns) column.parser = (text: string) => text;
    }
    return message;
  }
}
