// Text that wants to be more than text.
const script = '<img src=x onerror="window.wasRun=1"><script>window.wasRun=1</script>';

export const hostile = {
    markup: script,
    quotes: `"'\`; drop table offers; -- {{count}} $t(Home) \${1}`,
    direction: 'عرض \u202Egnp.exe\u202C النهاية',
    emoji: '👩‍👩‍👧‍👦🏳️‍🌈 ñ Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞',
    long: 'W'.repeat(250),
};
