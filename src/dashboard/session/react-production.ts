/**
 * What React and Ink read once, while they are loaded; imported before them. React's development build costs twice the
 * CPU: a choice of the user's stays. With `CI` set Ink writes nothing until it ends: this is a terminal that somebody
 * looks at, or we would not be here.
 */
process.env.NODE_ENV ??= 'production';
process.env.CI = 'false';
process.env.CONTINUOUS_INTEGRATION = 'false';
