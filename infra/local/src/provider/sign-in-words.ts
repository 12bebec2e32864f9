/** The words of the sign-in pages. */
import { type Locale, locales } from "@behest/contracts/ids";

export type SignInWords = {
  title: string;
  intro: string;
  email: string;
  password: string;
  submit: string;
  wrong: string;
  wait: (minutes: number) => string;
  demoHeading: string;
  demoHint: string;
  expired: string;
  expiredHint: string;
  signOutTitle: string;
  signOutAsk: string;
  signOut: string;
  signedOut: string;
  fault: string;
  language: string;
  roles: Record<string, string>;
};

export const localeNames: Record<Locale, string> = { en: "English", de: "Deutsch", ja: "日本語", "zh-CN": "简体中文" };

export const signInWords: Record<Locale, SignInWords> = {
  en: {
    title: "Sign in",
    intro: "Sign in to see and decide what happens with your data.",
    email: "E-mail address",
    password: "Password",
    submit: "Sign in",
    wrong: "That e-mail address and password do not go together.",
    wait: (minutes) => `Too many tries. Please wait ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`,
    demoHeading: "People of this demo",
    demoHint: "Choose one to fill in the address. The password was printed at start.",
    expired: "This sign-in has run out",
    expiredHint: "Go back to the page you came from and sign in again.",
    signOutTitle: "Sign out",
    signOutAsk: "Do you want to sign out?",
    signOut: "Sign out",
    signedOut: "You are signed out.",
    fault: "This sign-in request can't be served",
    language: "Language",
    roles: {
      customer: "customer",
      "support-agent": "support",
      sales: "sales",
      "sales-manager": "sales manager",
      officer: "privacy officer",
      "senior-officer": "senior privacy officer",
    },
  },
  de: {
    title: "Anmelden",
    intro: "Melden Sie sich an, um zu sehen und zu entscheiden, was mit Ihren Daten geschieht.",
    email: "E-Mail-Adresse",
    password: "Passwort",
    submit: "Anmelden",
    wrong: "Diese E-Mail-Adresse und dieses Passwort gehören nicht zusammen.",
    wait: (minutes) => `Zu viele Versuche. Bitte warten Sie ${minutes} ${minutes === 1 ? "Minute" : "Minuten"}.`,
    demoHeading: "Personen dieser Vorführung",
    demoHint: "Wählen Sie eine aus, um die Adresse einzutragen. Das Passwort wurde beim Start ausgegeben.",
    expired: "Diese Anmeldung ist abgelaufen",
    expiredHint: "Gehen Sie zurück auf die vorige Seite und melden Sie sich erneut an.",
    signOutTitle: "Abmelden",
    signOutAsk: "Möchten Sie sich abmelden?",
    signOut: "Abmelden",
    signedOut: "Sie sind abgemeldet.",
    fault: "Diese Anmeldung kann nicht bearbeitet werden",
    language: "Sprache",
    roles: {
      customer: "Kundin oder Kunde",
      "support-agent": "Kundendienst",
      sales: "Vertrieb",
      "sales-manager": "Vertriebsleitung",
      officer: "Datenschutz",
      "senior-officer": "Leitung Datenschutz",
    },
  },
  ja: {
    title: "サインイン",
    intro: "サインインして、ご自身のデータの使われ方を確認し、お決めください。",
    email: "メールアドレス",
    password: "パスワード",
    submit: "サインイン",
    wrong: "メールアドレスとパスワードの組み合わせが正しくありません。",
    wait: (minutes) => `試行回数が上限に達しました。${minutes}分後にもう一度お試しください。`,
    demoHeading: "デモの登場人物",
    demoHint: "選ぶとメールアドレスが入力されます。パスワードは起動時に表示されています。",
    expired: "サインインの有効期限が切れました",
    expiredHint: "元のページに戻り、もう一度サインインしてください。",
    signOutTitle: "サインアウト",
    signOutAsk: "サインアウトしますか。",
    signOut: "サインアウト",
    signedOut: "サインアウトしました。",
    fault: "このサインイン要求は処理できません",
    language: "言語",
    roles: {
      customer: "お客様",
      "support-agent": "サポート",
      sales: "営業",
      "sales-manager": "営業マネージャー",
      officer: "プライバシー担当",
      "senior-officer": "プライバシー責任者",
    },
  },
  "zh-CN": {
    title: "登录",
    intro: "登录后即可查看并决定您的数据如何被使用。",
    email: "电子邮箱",
    password: "密码",
    submit: "登录",
    wrong: "电子邮箱与密码不匹配。",
    wait: (minutes) => `尝试次数过多，请在 ${minutes} 分钟后重试。`,
    demoHeading: "演示人员",
    demoHint: "点选即可填入邮箱。密码已在启动时显示。",
    expired: "本次登录已过期",
    expiredHint: "请返回之前的页面重新登录。",
    signOutTitle: "退出登录",
    signOutAsk: "确定要退出登录吗？",
    signOut: "退出登录",
    signedOut: "您已退出登录。",
    fault: "无法处理此登录请求",
    language: "语言",
    roles: {
      customer: "客户",
      "support-agent": "客服",
      sales: "销售",
      "sales-manager": "销售经理",
      officer: "隐私专员",
      "senior-officer": "高级隐私专员",
    },
  },
};

/** The first that is spoken here: choice, then the client's wish (`ui_locales`), then the browser's languages. */
export function localeFor(wishes: ReadonlyArray<string | undefined>): Locale {
  for (const wish of wishes.flatMap((text) => (text ?? "").split(/[\s,]+/))) {
    const language = wish.split(";")[0]?.trim().toLowerCase() ?? "";
    const exact = locales.find((locale) => locale.toLowerCase() === language);
    const found = exact ?? locales.find((locale) => language !== "" && locale.toLowerCase().split("-")[0] === language.split("-")[0]);
    if (found) return found;
  }
  return "en";
}
