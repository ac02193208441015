// Where its packages are, it says itself: it is built elsewhere.
export default { turbopack: { root: process.env.ROOT }, poweredByHeader: false };
