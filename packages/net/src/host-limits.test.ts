import { describe, expect, it } from 'vitest';
import { createHostLimits, type HostLimits, type Leave } from './host-limits.ts';

/** Limits whose clock goes on only by sleeping. */
function limitsAt(atOnce = 4): { limits: HostLimits; slept: number[]; clock: { now: number } } {
  const clock = { now: 1_000_000 };
  const slept: number[] = [];
  const sleep = async (milliseconds: number): Promise<void> => {
    slept.push(milliseconds);
    await Promise.resolve();
    clock.now += milliseconds;
  };
  return { limits: createHostLimits({ now: () => clock.now, sleep, random: () => 0.5, atOnce }), slept, clock };
}

/** Those of so many that are let in, as they are. */
async function admitted(limits: HostLimits, many: number): Promise<Leave[]> {
  const inside: Leave[] = [];
  for (let i = 0; i < many; i++) void limits.enter('host').then((leave) => inside.push(leave));
  await settled();
  return inside;
}

async function settled(): Promise<void> {
  for (let i = 0; i < 100; i++) await Promise.resolve();
}

describe('whoever asks a host', () => {
  it('waits for his turn, in order', async () => {
    const { limits } = limitsAt(2);
    const inside = await admitted(limits, 5);
    expect(inside).toHaveLength(2);
    for (let done = 0; done < 5; done++) {
      inside[done]!();
      await settled();
      expect(inside).toHaveLength(Math.min(5, done + 3));
    }
  });

  it('is not held up by another host', async () => {
    const { limits } = limitsAt(1);
    await limits.enter('slow');
    expect(typeof (await limits.enter('quick'))).toBe('function');
  });

  it('waits as long as the host told somebody else', async () => {
    const { limits, slept } = limitsAt();
    const [first, second] = await admitted(limits, 2);
    first!({ wait: 3000 });
    second!({ wait: 1000 });
    (await limits.enter('host'))();
    (await limits.enter('host'))();
    expect(slept).toEqual([3000]);
  });

  it('is fewer after the host was busy, and more again with every answer', async () => {
    const { limits } = limitsAt(4);
    const before = await admitted(limits, 4);
    for (const leave of before) leave({ wait: 10 });
    const inside = await admitted(limits, 20);
    expect(inside).toHaveLength(2);
    const most: number[] = [];
    for (let done = 0; done < 8; done++) {
      inside[done]!();
      await settled();
      most.push(inside.length - done - 1);
    }
    expect(most).toEqual([2, 2, 3, 3, 3, 4, 4, 4]);
  });

  it('waits longer each time when the host does not say how long', async () => {
    const { limits, slept } = limitsAt();
    for (let i = 0; i < 3; i++) (await limits.enter('host'))({ wait: undefined });
    (await limits.enter('host'))();
    (await limits.enter('host'))({ wait: undefined });
    await limits.enter('host');
    expect(slept).toEqual([500, 1000, 2000, 500]);
  });

  it('is told at once when the wait is for another day', async () => {
    const { limits, slept } = limitsAt();
    (await limits.enter('host'))({ wait: 86_400_000 });
    await expect(limits.enter('host')).rejects.toMatchObject({ code: 'rate-limited', message: expect.stringMatching(/^host .*\.$/) });
    expect(slept).toEqual([]);
  });

  it('may give up while he waits, and nobody loses his turn by that', async () => {
    const { limits } = limitsAt(1);
    const leave = await limits.enter('host');
    const stop = new AbortController();
    const tired = limits.enter('host', stop.signal);
    const patient = limits.enter('host');
    await settled();
    stop.abort();
    await expect(tired).rejects.toMatchObject({ code: 'aborted' });
    leave();
    expect(typeof (await patient)).toBe('function');
  });
});
