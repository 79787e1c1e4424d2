import i18next from 'i18next';
import { sentenceTold } from '@/shared/told/sentence';
import type { components } from './schema';

type ProblemBody = components['schemas']['Problem'];

/** An answer of the server that is no success, as RFC 9457 has it, or the failure to reach the server (status 0). */
export class Problem extends Error {
    readonly status: number;
    readonly type: string;
    readonly title: string;
    readonly detail: string;
    readonly hint: string;
    readonly errors: { pointer: string; detail: string }[];
    readonly retryAfterS: number | undefined;

    constructor(body: Partial<ProblemBody>, status: number, retryAfterS?: number) {
        super(body.detail ?? body.title ?? `HTTP ${status}`);
        this.status = status;
        this.type = body.type ?? '';
        this.title = body.title ?? '';
        this.detail = body.detail ?? '';
        this.hint = body.hint ?? '';
        this.errors = (body.errors ?? []).map((e) => ({ pointer: e.pointer ?? '', detail: e.detail ?? '' }));
        this.retryAfterS = retryAfterS;
    }

    /** What is wrong at a JSON Pointer or below it ('' for the whole), a line each: of a part, with its place. */
    at(pointer: string): string | undefined {
        const found = this.errors.filter((e) => e.pointer === pointer || e.pointer.startsWith(`${pointer}/`));
        const told = (detail: string) => sentenceTold(i18next.t, detail) ?? detail;
        const lines = found.map((e) => `${e.pointer.slice(pointer.length)} ${told(e.detail)}`.trim());
        return lines.length > 0 ? lines.join('\n') : undefined;
    }
}

/** Reads a failed answer; a proxy's HTML page becomes a problem with the status alone. */
export async function problemOf(response: Response): Promise<Problem> {
    const after = Number(response.headers.get('retry-after'));
    const retryAfterS = Number.isFinite(after) && after > 0 ? after : undefined;
    const isProblem = response.headers.get('content-type')?.includes('json') ?? false;
    const body = isProblem ? await response.json().catch(() => ({})) : {};
    return new Problem(body as Partial<ProblemBody>, response.status, retryAfterS);
}

export function asProblem(error: unknown): Problem {
    if (error instanceof Problem) {
        return error;
    }
    // fetch throws TypeError when nothing answers.
    return new Problem({ title: '', detail: error instanceof Error ? error.message : String(error) }, 0);
}
