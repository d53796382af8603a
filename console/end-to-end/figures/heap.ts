import type { CDPSession, Page } from 'playwright-core';

/** What a page holds after garbage is collected. */
export interface Held {
  heapMiB: number;
  nodes: number;
  listeners: number;
}

/** The memory of a page, by the browser's own account. */
export class Heap {
  private constructor(private readonly session: CDPSession) {}

  static async of(page: Page): Promise<Heap> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    await session.send('HeapProfiler.enable');
    return new Heap(session);
  }

  async measure(): Promise<Held> {
    // What finalizers let go of is collected by the second.
    await this.session.send('HeapProfiler.collectGarbage');
    await this.session.send('HeapProfiler.collectGarbage');
    const { metrics } = await this.session.send('Performance.getMetrics');
    const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? NaN;
    return {
      heapMiB: Math.round((value('JSHeapUsedSize') / 1_048_576) * 100) / 100,
      nodes: value('Nodes'),
      listeners: value('JSEventListeners'),
    };
  }
}
