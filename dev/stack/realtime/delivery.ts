/** The way of changes to the clients, for as long as one connection to the database lasts. */
export interface Delivery<Change> {
  /** Takes the next change, in commit order. Rejects when it could not be delivered. */
  take(change: Change): Promise<void>;
  /** Resolves when what is in hand is through; what waits is dropped. */
  stop(): Promise<void>;
}

export interface DeliveryOptions<Change, Event> {
  /** Who is to be told what of a change; empty when nobody asked for it. */
  read(change: Change): Promise<Event[]>;
  send(events: Event[]): void;
  /** Told when a change that was taken could not be delivered. */
  onFailure(error: unknown): void;
}

export type StartDelivery = <Change, Event>(options: DeliveryOptions<Change, Event>) => Delivery<Change>;
