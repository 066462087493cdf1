import type { Finding } from '../core/findings/finding';
import type { FleetView } from '../core/fleetView';
import { partsOf, type Change } from '../core/history/model';
import type { Clock } from '../ports';
import type { Mutes } from './mutes';

/** A cluster does not go in one reading: what follows so soon is part of the same news. */
const gatherMs = 3000;

export interface AlarmsOptions {
  readonly view: () => FleetView | undefined;
  readonly isOn: () => boolean;
  readonly mutes: Mutes;
  /** Shows one message about all of these, worst first; ends when the message is gone. */
  readonly show: (findings: readonly Finding[]) => Promise<void>;
  readonly clock: Clock;
}

/**
 * Tells of what has become critical, one message at a time: what comes while one stands is told, as far as it still
 * holds, in one more when that is gone.
 */
export class Alarms {
  readonly #options: AlarmsOptions;
  /** What has become critical and was not told yet. */
  #news: Change[] = [];
  #isBusy = false;
  #cancel: (() => void) | undefined;

  constructor(options: AlarmsOptions) {
    this.#options = options;
  }

  /** Takes in what has changed. Whether it still holds is asked when there is a message to write. */
  take(changes: readonly Change[]): void {
    this.#news.push(...changes.filter(({ fact, to }) => fact.startsWith('finding/') && to?.startsWith('critical:')));
    if (this.#news.length > 0 && !this.#isBusy) this.#soon();
  }

  dispose(): void {
    this.#cancel?.();
    this.#news = [];
  }

  #soon(): void {
    this.#isBusy = true;
    this.#cancel = this.#options.clock.after(gatherMs, () => {
      void this.#tell();
    });
  }

  async #tell(): Promise<void> {
    const { view, isOn, mutes, show } = this.#options;
    const now = view();
    const news = this.#news;
    this.#news = [];
    const findings =
      now === undefined || !isOn()
        ? []
        : now.findings.filter(
            (finding) =>
              finding.severity === 'critical' &&
              news.some((change) => isAbout(change, finding)) &&
              !mutes.isMuted(finding.subject, now),
          );
    try {
      if (findings.length > 0) await show(findings);
    } finally {
      this.#isBusy = false;
      if (this.#news.length > 0) this.#soon();
    }
  }
}

function isAbout({ subject, fact }: Change, finding: Finding): boolean {
  const { id, connection } = partsOf(fact);
  return subject === finding.subject && id === finding.id && connection === finding.connection;
}
