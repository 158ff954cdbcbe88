import type { signInEn } from './sign-in.en.ts';

export const signInKo: Readonly<Record<keyof typeof signInEn, string>> = {
  'signIn.title': '로그인',
  'signIn.working': '로그인하는 중',
  'signIn.ended': '로그인되어 있지 않습니다',
  'signIn.how': 'Assay가 실행되는 컴퓨터에서 {command} 명령을 실행하고, 출력된 링크를 여세요.',
  'signIn.command': 'npx assay sign-in',
  'signIn.used': '이미 사용했거나 만료된 링크입니다.',
  'signIn.signedOut': '로그아웃했습니다.',
  'signIn.provider': '조직 계정으로 로그인',
  'signIn.refused.unavailable': '인증 서버가 응답하지 않습니다. 다시 시도하거나 Assay 관리자에게 문의하세요.',
  'signIn.refused.refused': '인증 서버가 신원을 확인하지 못했습니다. 다시 시도하세요.',
  'signIn.refused.expired': '로그인 시간이 지났습니다. 처음부터 다시 시작하세요.',
  'signIn.refused.group':
    'Assay를 사용할 수 있는 그룹에 속해 있지 않습니다. 관리자에게 ASSAY_OIDC_ROLES에 그룹을 추가해 달라고 요청하세요.',
};
