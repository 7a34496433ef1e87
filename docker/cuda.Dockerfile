# radserve for NVIDIA GPUs.   docker build -f docker/cuda.Dockerfile -t radserve-cuda .
#
# As docker/Dockerfile, but for the base image, which brings CUDA 12 and cuDNN 9, and the install script of onnxruntime-node, which is run
# on purpose: it downloads the CUDA and TensorRT providers of the runtime, which its package leaves out. Linux on x64 only.

# Where it is built: Node.js and npm. The binary of Node.js goes along.
ARG BUILD_IMAGE=docker.io/library/node:24-bookworm-slim
# What it runs on: CUDA 12 and cuDNN 9 as the runtime was built with, glibc and libstdc++.
ARG BASE_IMAGE=docker.io/nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04

FROM ${BASE_IMAGE} AS base

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY docker/sbom/package.json docker/sbom/package-lock.json docker/sbom/.npmrc docker/sbom/
# A registry of the house, and its certificate, come as secrets and stay in no layer. No package's install script is run.
RUN --mount=type=secret,id=npmrc --mount=type=secret,id=npm_ca \
    if [ -e /run/secrets/npmrc ]; then export NPM_CONFIG_USERCONFIG=/run/secrets/npmrc; fi; \
    if [ -e /run/secrets/npm_ca ]; then export NPM_CONFIG_CAFILE=/run/secrets/npm_ca; fi; \
    npm ci --ignore-scripts --cache /tmp/npm && \
    npm ci --ignore-scripts --omit=optional --prefix docker/sbom --cache /tmp/npm && rm -rf /tmp/npm
# The only install script that is run. GLOBAL_AGENT_HTTPS_PROXY names a proxy, where there is one.
ARG GLOBAL_AGENT_HTTPS_PROXY=
RUN --mount=type=secret,id=npm_ca \
    if [ -e /run/secrets/npm_ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/npm_ca; fi; \
    ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js && \
    test -s node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so
COPY . .
COPY --from=base /var/lib/dpkg/ /base/dpkg/
RUN npm run build && node docker/assemble.mjs --device cuda --dpkg /base/dpkg --out /out

FROM base AS service
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="radserve" \
      org.opencontainers.image.description="Serves chest-radiograph vision-language models over HTTP. Not a medical device." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      io.radserve.device="cuda" \
      io.radserve.sbom="/app/sbom.cdx.json"
COPY --from=build /out/root/ /
COPY --from=build --chown=65532:65532 /out/data/ /data/
# What is measured of the allocator's settings: docs/deployment.md.
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080 \
    DATA_DIR=/data \
    HOME=/tmp \
    DEVICE=auto \
    MALLOC_ARENA_MAX=2 \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
WORKDIR /app
USER 65532:65532
EXPOSE 8080
VOLUME ["/data"]
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 CMD ["/usr/local/bin/node", "/app/health.mjs"]
# Node.js is process 1: it answers SIGTERM and SIGINT itself, and each of its processes is a child that it waits for.
ENTRYPOINT ["/usr/local/bin/node", "/app/dist/cli/radserve.js"]
CMD ["serve"]

FROM service AS radserve
COPY --from=build /out/packs/ /app/model-store/
