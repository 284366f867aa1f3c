# The command `drawline` for a user without rights. Clients, history, reports and settings lie in volumes, never in the image.
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements requirements
RUN python -m venv /build/tools \
 && /build/tools/bin/python -m pip install --no-cache-dir uv==0.13.9 \
 && /build/tools/bin/uv pip install --no-cache --python /build/tools --require-hashes -r requirements/build.txt
RUN python -m venv --without-pip /opt/drawline \
 && /build/tools/bin/uv pip install --no-cache --compile-bytecode --python /opt/drawline --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY flows flows
COPY history history
COPY reports reports
COPY sample_data sample_data
COPY transforms transforms
COPY validation validation
RUN /build/tools/bin/uv build --wheel --no-build-isolation --python /build/tools --out-dir /build/wheel . \
 && /build/tools/bin/uv pip install --compile-bytecode --python /opt/drawline --no-deps --no-index /build/wheel/*.whl

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 drawline \
 && useradd --uid 10001 --gid drawline --create-home drawline
RUN install -d -o 10001 -g 10001 -m 0700 /inbox /history /reports
COPY --from=build /opt/drawline /opt/drawline
COPY docker/drawline.toml /etc/drawline/drawline.toml
ENV PATH=/opt/drawline/bin:$PATH DRAWLINE_CONFIG=/etc/drawline/drawline.toml PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /reports
VOLUME ["/inbox", "/history", "/reports"]
# A container runs one command and ends; its exit code is its health.
HEALTHCHECK NONE
ENTRYPOINT ["drawline"]
CMD ["--help"]
