import type { auditEn } from './audit.en.ts';

export const auditKo: Readonly<Record<keyof typeof auditEn, string>> = {
  'audit.title': '감사 기록',
  'audit.intro': '모든 API 호출: 누가, 어디서, 무엇을 했고 어떻게 끝났는지.',
  'audit.admins': '감사 기록은 관리자만 볼 수 있습니다.',
  'audit.records': '기록(최신순)',
  'audit.none': '조건에 맞는 기록이 없습니다.',
  'audit.at': '시각',
  'audit.operation': '작업',
  'audit.operation.example': '예: CreateFilter',
  'audit.principal': '사용자',
  'audit.principal.example': '예: arn:aws:iam::…:user/name',
  'audit.resource': '리소스',
  'audit.resource.example': '예: arn:…',
  'audit.from': '출발지',
  'audit.outcome': '결과',
  'audit.done': '완료',
  'audit.changes': '변경만',
  'audit.failed': '거부와 실패만',
  'audit.download': 'CloudTrail 형식으로 내려받기',
  'audit.downloaded': '조건에 맞는 기록을 모두 파일에 담았습니다.',
  'audit.cut': '파일에는 최신 기록 50,000건만 있습니다. 나머지는 ExportAuditRecords로 받으세요.',
};
