/** `running_report.part`; never renumber. */
export const REPORT_PART = { 'snapshot-begin': 1, 'snapshot-page': 2, 'snapshot-end': 3, change: 4 } as const;
