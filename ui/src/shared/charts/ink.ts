/** The nearer of the ramp's colours to a share, and then black or white: whichever is read more easily on it. */
export function inkOn(ramp: string[], share: number): string {
    const place = Math.max(0, Math.min(1, share)) * (ramp.length - 1);
    const low = channels(ramp[Math.floor(place)] ?? '#000000');
    const high = channels(ramp[Math.ceil(place)] ?? '#000000');
    const part = place - Math.floor(place);
    const luminance = low
        .map((c, i) => (c + ((high[i] ?? c) - c) * part) / 255)
        .map((c) => (c <= 0.040_45 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    const [r = 0, g = 0, b = 0] = luminance;
    // Above this luminance black has the better contrast of the two (WCAG 2).
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#16191f' : '#ffffff';
}

function channels(hex: string): number[] {
    return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}
