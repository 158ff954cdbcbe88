/**
 * Scores of the MacroVectors of CVSS 4.0 (FIRST, specification document, table of MacroVector scores; 270 entries).
 * Key: the levels EQ1 EQ2 EQ3. Value: EQ4 levels 0 to 2 separated by `|`, in each the EQ5 levels 0 to 2 separated by blanks, in each
 * the EQ6 levels separated by `/`; with EQ3 = 2 only EQ6 = 1 exists.
 */
export const MACRO_VECTOR_SCORES: Readonly<Record<string, string>> = {
  '000': '10/9.9 9.8/9.5 9.5/9.2 | 10/9.6 9.3/8.7 9.1/8.1 | 9.3/9 8.9/8 8.1/6.8',
  '001': '9.8/9.5 9.5/9.2 9/8.4 | 9.3/9.2 8.9/8.1 8.1/6.5 | 8.8/8 7.8/7 6.9/4.8',
  '002': '9.2 8.2 7.2 | 7.9 6.9 5 | 6.9 5.5 2.7',
  '010': '9.9/9.7 9.5/9.2 9.2/8.5 | 9.5/9.1 9/8.3 8.4/7.1 | 9.2/8.1 8.2/7.1 7.2/5.3',
  '011': '9.5/9.3 9.2/8.5 8.5/7.3 | 9.2/8.2 8/7.2 7/5.9 | 8.4/7 7.1/5.2 5/3',
  '012': '8.6 7.5 5.2 | 7.1 5.2 2.9 | 6.3 2.9 1.7',
  '100': '9.8/9.5 9.4/8.7 9.1/8.1 | 9.4/8.9 8.6/7.4 7.7/6.4 | 8.7/7.5 7.4/6.3 6.3/4.9',
  '101': '9.4/8.9 8.8/7.7 7.6/6.7 | 8.6/7.6 7.4/5.8 5.9/5 | 7.2/5.7 5.7/5.2 5.2/2.5',
  '102': '8.3 7 5.4 | 6.5 5.8 2.6 | 5.3 2.1 1.3',
  '110': '9.5/9 8.8/7.6 7.6/7 | 9/7.7 7.5/6.2 6.1/5.3 | 7.7/6.6 6.8/5.9 5.2/3',
  '111': '8.9/7.8 7.6/6.7 6.2/5.8 | 7.4/5.9 5.7/5.7 4.7/2.3 | 6.1/5.2 5.7/2.9 2.4/1.6',
  '112': '7.1 5.9 3 | 5.8 2.6 1.5 | 2.3 1.3 0.6',
  '200': '9.3/8.7 8.6/7.2 7.5/5.8 | 8.6/7.4 7.4/6.1 5.6/3.4 | 7/5.4 5.2/4 4/2.2',
  '201': '8.5/7.5 7.4/5.5 6.2/5.1 | 7.2/5.7 5.5/4.1 4.6/1.9 | 5.3/3.6 3.4/1.9 1.9/0.8',
  '202': '6.4 5.1 2 | 4.7 2.1 1.1 | 2.4 0.9 0.4',
  '210': '8.8/7.5 7.3/5.3 6/5 | 7.3/5.5 5.9/4 4.1/2 | 5.4/4.3 4.5/2.2 2/1.1',
  '211': '7.5/5.5 5.8/4.5 4/2.1 | 6.1/5.1 4.8/1.8 2/0.9 | 4.6/1.8 1.7/0.7 0.8/0.2',
  '212': '5.3 2.4 1.4 | 2.4 1.2 0.5 | 1 0.3 0.1',
};

/** Most severe vectors of each level, as metric letters; the distance of a vector is counted down from them (specification section 8). */
export const HIGHEST = {
  eq1: [['AV:N PR:N UI:N'], ['AV:A PR:N UI:N', 'AV:N PR:L UI:N', 'AV:N PR:N UI:P'], ['AV:P PR:N UI:N', 'AV:A PR:L UI:P']],
  eq2: [['AC:L AT:N'], ['AC:H AT:N', 'AC:L AT:P']],
  /** By EQ3, then EQ6. */
  eq36: [
    [['VC:H VI:H VA:H CR:H IR:H AR:H'], ['VC:H VI:H VA:L CR:M IR:M AR:H', 'VC:H VI:H VA:H CR:M IR:M AR:M']],
    [
      ['VC:L VI:H VA:H CR:H IR:H AR:H', 'VC:H VI:L VA:H CR:H IR:H AR:H'],
      [
        'VC:L VI:H VA:L CR:H IR:M AR:H',
        'VC:L VI:H VA:H CR:H IR:M AR:M',
        'VC:H VI:L VA:H CR:M IR:H AR:M',
        'VC:H VI:L VA:L CR:M IR:H AR:H',
        'VC:L VI:L VA:H CR:H IR:H AR:M',
      ],
    ],
    [[], ['VC:L VI:L VA:L CR:H IR:H AR:H']],
  ],
  eq4: [['SC:H SI:S SA:S'], ['SC:H SI:H SA:H'], ['SC:L SI:L SA:L']],
} as const;

/** Number of steps from the highest to the lowest vector of a level. */
export const DEPTH = {
  eq1: [1, 4, 5],
  eq2: [1, 2],
  eq36: [
    [7, 6],
    [8, 8],
    [0, 10],
  ],
  eq4: [6, 5, 4],
} as const;
