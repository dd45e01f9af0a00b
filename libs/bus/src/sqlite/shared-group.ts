import type { Consumption, Progress } from './consumption.js';
import type { LogFile, Slot } from './log-file.js';

/** A consumer group: its committed offsets, and which member reads which partition. */
export class SharedGroup implements Progress {
  private readonly members: Consumption[] = [];
  private readonly owners = new Map<Slot, Consumption>();
  private readonly moving = new Set<Slot>();
  private readonly committed: Map<number, number>;

  constructor(
    private readonly name: string,
    log: LogFile,
    private readonly save: (group: string, slotId: number, next: number) => void,
  ) {
    this.committed = log.offsetsOf(name);
  }

  at(slot: Slot): number {
    return this.committed.get(slot.id) ?? 0;
  }

  move(slot: Slot, next: number): void {
    if (this.at(slot) === next) return;
    this.committed.set(slot.id, next);
    this.save(this.name, slot.id, next);
    for (const member of this.members) if (this.owners.get(slot) !== member) member.notice();
  }

  join(member: Consumption): void {
    this.members.push(member);
    this.rebalance();
  }

  /** After the member has closed: the others take over what it had. */
  leave(member: Consumption): void {
    this.members.splice(this.members.indexOf(member), 1);
    this.rebalance();
  }

  private rebalance(): void {
    for (const slot of new Set(this.members.flatMap(({ slots }) => slots))) void this.place(slot);
  }

  private async place(slot: Slot): Promise<void> {
    if (this.moving.has(slot)) return;
    this.moving.add(slot);
    const owner = this.owners.get(slot);
    if (owner && owner !== this.heirOf(slot)) {
      await owner.stop(slot, true);
      if (this.owners.get(slot) === owner) this.owners.delete(slot);
    }
    this.moving.delete(slot);
    // Asked again: members may have come or gone while the work in hand was finished.
    const heir = this.heirOf(slot);
    const current = this.owners.get(slot);
    if (!heir || current === heir) return;
    if (current) return this.place(slot);
    this.owners.set(slot, heir);
    heir.start(slot);
  }

  private heirOf(slot: Slot): Consumption | undefined {
    const candidates = this.members.filter(({ slots }) => slots.includes(slot));
    return candidates[slot.partition % candidates.length];
  }
}
