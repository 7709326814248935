import type { StoredDocument } from "../_shared/contract.ts";
import { Refusal } from "./refusal.ts";

/** A save over what somebody else made of a document. Its body holds both texts, so that neither is lost. */
export class DocumentChanged extends Refusal {
  readonly document: StoredDocument;
  readonly content: string;

  constructor(document: StoredDocument, content: string) {
    super("This document was changed since you read it", {
      status: 409,
      code: "document_changed",
      hint: "Put the two texts together, and save again over the revision of this answer",
    });
    this.document = document;
    this.content = content;
  }

  override toBody() {
    return { ...super.toBody(), document: this.document, yours: { content: this.content } };
  }
}
