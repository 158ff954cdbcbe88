import { type ComponentType, lazy } from 'react';
import type { MessageKey } from './i18n/en.ts';
import { FindingsPage } from './pages/findings/findings-page.tsx';

/** How the navigation is parted: the pages of the first group stand in the bar, those of the others in a menu each. */
export const ROUTE_GROUPS = ['vulnerabilities', 'work', 'service'] as const;
export type RouteGroup = (typeof ROUTE_GROUPS)[number];

export interface Route {
  readonly path: string;
  readonly title: MessageKey;
  readonly group: RouteGroup;
  /** Operations the page cannot do without. */
  readonly operations: readonly string[];
  readonly page: ComponentType;
}

const OverviewPage = lazy(() => import('./pages/overview/overview-page.tsx').then((m) => ({ default: m.OverviewPage })));
const FixFirstPage = lazy(() => import('./pages/fix-first/fix-first-page.tsx').then((m) => ({ default: m.FixFirstPage })));
const NotificationsPage = lazy(() =>
  import('./pages/notifications/notifications-page.tsx').then((m) => ({ default: m.NotificationsPage })),
);
const AccountsPage = lazy(() => import('./pages/accounts/accounts-page.tsx').then((m) => ({ default: m.AccountsPage })));
const AuditPage = lazy(() => import('./pages/audit/audit-page.tsx').then((m) => ({ default: m.AuditPage })));
const ExportsPage = lazy(() => import('./pages/exports/exports-page.tsx').then((m) => ({ default: m.ExportsPage })));
const RulesPage = lazy(() => import('./pages/rules/rules-page.tsx').then((m) => ({ default: m.RulesPage })));
const DueDatesPage = lazy(() => import('./pages/due-dates/due-dates-page.tsx').then((m) => ({ default: m.DueDatesPage })));
const ImagesPage = lazy(() => import('./pages/images/images-page.tsx').then((m) => ({ default: m.ImagesPage })));
const ResourcesPage = lazy(() => import('./pages/resources/resources-page.tsx').then((m) => ({ default: m.ResourcesPage })));
const ClustersPage = lazy(() => import('./pages/clusters/clusters-page.tsx').then((m) => ({ default: m.ClustersPage })));
const SettingsPage = lazy(() => import('./pages/settings/settings-page.tsx').then((m) => ({ default: m.SettingsPage })));
const StatusPage = lazy(() => import('./pages/status/status-page.tsx').then((m) => ({ default: m.StatusPage })));

/** One line a page. The folder under `pages/` has the same name as the path; the server answers GET on each path with `index.html`. */
export const ROUTES: readonly Route[] = [
  {
    path: '/overview',
    title: 'overview.title',
    group: 'vulnerabilities',
    operations: [
      'GetFindingTrend',
      'GetRemediationTimes',
      'ListTopMovers',
      'ListCoverageStatistics',
      'ListFindingAggregations',
      'ListClusters',
      'PreviewSuppressionRule',
    ],
    page: OverviewPage,
  },
  {
    path: '/fix-first',
    title: 'fixFirst.title',
    group: 'vulnerabilities',
    operations: ['ListFixFirst', 'ListUpgrades', 'ListClusters'],
    page: FixFirstPage,
  },
  {
    path: '/',
    title: 'findings.title',
    group: 'vulnerabilities',
    operations: ['ListFindings', 'SearchFindings', 'ListFindingAggregations', 'GetClustersForImage', 'GetRunningHistory'],
    page: FindingsPage,
  },
  {
    path: '/images',
    title: 'images.title',
    group: 'vulnerabilities',
    operations: ['ListRepositories', 'ListRepositoryImages', 'ListTagHistory', 'ListRegistries', 'ListRegistryKinds'],
    page: ImagesPage,
  },
  {
    path: '/resources',
    title: 'resources.title',
    group: 'vulnerabilities',
    operations: ['ListCoverage', 'ListCoverageStatistics'],
    page: ResourcesPage,
  },
  {
    path: '/clusters',
    title: 'clusters.title',
    group: 'vulnerabilities',
    operations: ['ListClusters', 'ListClusterWorkloads', 'ListCollectors'],
    page: ClustersPage,
  },
  {
    path: '/exports',
    title: 'exports.title',
    group: 'work',
    operations: ['ListExports', 'DownloadExport'],
    page: ExportsPage,
  },
  {
    path: '/due-dates',
    title: 'due.title',
    group: 'work',
    operations: ['ListDueFindings', 'ListDueDatesByOwner', 'GetDuePolicy'],
    page: DueDatesPage,
  },
  {
    path: '/rules',
    title: 'rules.title',
    group: 'work',
    operations: ['ListSuppressionRules', 'PreviewSuppressionRule'],
    page: RulesPage,
  },
  {
    path: '/notifications',
    title: 'notifications.title',
    group: 'service',
    operations: ['ListSinks', 'ListSinkKinds'],
    page: NotificationsPage,
  },
  {
    path: '/accounts',
    title: 'accounts.title',
    group: 'service',
    operations: ['ListAccounts', 'BatchGetAccountStatus'],
    page: AccountsPage,
  },
  {
    path: '/settings',
    title: 'settings.title',
    group: 'service',
    operations: ['BatchGetAccountStatus', 'GetMonitoringStatus', 'GetServiceStatus', 'ListKeys'],
    page: SettingsPage,
  },
  { path: '/audit', title: 'audit.title', group: 'service', operations: ['ListAuditRecords', 'ExportAuditRecords'], page: AuditPage },
  { path: '/status', title: 'status.title', group: 'service', operations: ['GetServiceStatus'], page: StatusPage },
];
